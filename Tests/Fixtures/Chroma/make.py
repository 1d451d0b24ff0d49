"""Makes one small Chroma store for the tests of the importer, with the chromadb that is installed.

  make.py FOLDER            as Chroma leaves it
  make.py FOLDER --queued   with the last calls only in the queue, as when Chroma ends before it has written them

Only chroma.sqlite3 is kept: the vectors beside it are not read. Made with chromadb 0.4.24, 0.5.23 and 1.5.9; 0.6.3 has
the schema of 0.5.23. It is made small by small pages and without the texts of Chroma's migrations.
"""

import pathlib
import shutil
import sqlite3
import sys

import chromadb

folder = pathlib.Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
client = chromadb.PersistentClient(path=str(folder))
vector = [0.1, 0.2, 0.3]
notes = client.create_collection("notes")
notes.add(
    ids=["n1", "n2", "n3"],
    documents=["Deploys happen on Tuesdays.", "Port 8283 is taken by the old server.", "To be deleted."],
    metadatas=[
        {"project": "keel", "year": 2026, "score": 0.5, "done": True, "tags": "ops, deploy"},
        {"project": "marrow"},
        {"project": "keel"},
    ],
    embeddings=[vector] * 3,
)
notes.update(ids=["n2"], documents=["Port 8283 is free again."], metadatas=[{"checked": True}], embeddings=[vector])
notes.delete(ids=["n3"])
empty = client.create_collection("vectors_only")
empty.add(ids=["v1"], embeddings=[vector], metadatas=[{"kind": "picture"}])
notes.add(ids=["n4"], documents=["Grüße aus Linz — 東京"], embeddings=[vector])
notes.upsert(ids=["n5"], documents=["Newest of all."], embeddings=[vector], metadatas=[{"project": "wren"}])
del client

# What Chroma keeps of its own migrations is most of the file.
database = sqlite3.connect(folder / "chroma.sqlite3")
database.execute("UPDATE migrations SET sql = ''")
if "--queued" in sys.argv:
    (segment,) = database.execute(
        "SELECT s.id FROM segments s JOIN collections c ON c.id = s.collection "
        "WHERE c.name = 'notes' AND s.scope = 'METADATA'"
    ).fetchone()
    # Calls 1 to 3 are written; 4 (update of n2), 5 (delete of n3) and what follows are not.
    (first,) = database.execute("SELECT min(seq_id) FROM embeddings_queue WHERE id = 'n1'").fetchone()
    database.execute("UPDATE max_seq_id SET seq_id = ? WHERE segment_id = ?", (first + 2, segment))
    (key,) = database.execute("SELECT id FROM embeddings WHERE embedding_id = 'n2'").fetchone()
    database.execute("DELETE FROM embedding_metadata WHERE id = ? AND key = 'checked'", (key,))
    database.execute(
        "UPDATE embedding_metadata SET string_value = 'Port 8283 is taken by the old server.' "
        "WHERE id = ? AND key = 'chroma:document'",
        (key,),
    )
    for name in ("n4", "n5"):
        database.execute(
            "DELETE FROM embedding_metadata WHERE id IN (SELECT id FROM embeddings WHERE embedding_id = ?)", (name,)
        )
        database.execute("DELETE FROM embeddings WHERE embedding_id = ?", (name,))
    database.execute(
        "INSERT INTO embeddings (segment_id, embedding_id, seq_id) VALUES (?, 'n3', ?)", (segment, first + 2)
    )
    (key,) = database.execute("SELECT id FROM embeddings WHERE embedding_id = 'n3'").fetchone()
    database.execute(
        "INSERT INTO embedding_metadata (id, key, string_value) VALUES (?, 'chroma:document', 'To be deleted.')", (key,)
    )
database.commit()
database.execute("PRAGMA page_size = 512")
database.execute("VACUUM")
database.close()
for path in folder.iterdir():
    if path.name != "chroma.sqlite3":
        shutil.rmtree(path) if path.is_dir() else path.unlink()
