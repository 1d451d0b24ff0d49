"""The parts of the scripted model server (`proof/model.py`): answers, the services' shapes, faults. No packages."""
