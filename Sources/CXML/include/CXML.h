// The HTML parser of libxml2, loaded when it is first needed. Call roost_xml_load first.
#ifndef ROOST_CXML_H
#define ROOST_CXML_H

#include <stddef.h>

// 0, or -1 with a text in `error`.
int roost_xml_load(char *error, size_t error_size);

// What is read, in the order of the document. Texts are UTF-8. Elements that were not closed are closed where HTML says.
typedef struct {
    // `attributes`: pairs of a name and a value, which may be NULL, then a NULL; NULL when there are none.
    void (*start)(void *context, const char *name, const char *const *attributes);
    void (*end)(void *context, const char *name);
    void (*text)(void *context, const char *bytes, int size);
} roost_html_events;

// Reads a document in UTF-8. What is nested deeper than `depth` ends it: 0 when everything was read, 1 when not, -1 without
// memory.
int roost_html_read(const char *bytes, int size, int depth, const roost_html_events *events, void *context);

#endif
