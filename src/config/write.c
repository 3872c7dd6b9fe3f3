/* The tree as YAML that reads back as an equal tree. */
#include "private.h"

#include <string.h>

static bool is_break(const unsigned char *c) { /* NEL, LS, PS, BOM: not all parsers agree on them */
    return (c[0] == 0xC2 && c[1] == 0x85) ||
           (c[0] == 0xE2 && c[1] == 0x80 && (c[2] == 0xA8 || c[2] == 0xA9)) ||
           (c[0] == 0xEF && c[1] == 0xBB && c[2] == 0xBF);
}

bool nn_text_is_plain(const char *text, bool in_flow) {
    if (*text == '\0') return !in_flow;
    size_t length = strlen(text);
    if (strchr(" \t", text[0]) || strchr(" \t:", text[length - 1])) return false;
    if (strchr("-?:", text[0]) && (text[1] == '\0' || strchr(" ,[]{}", text[1]))) return false;
    if (strchr(",[]{}#&*!|>'\"%@`", text[0])) return false;
    if (strncmp(text, "---", 3) == 0 || strncmp(text, "...", 3) == 0) return false;
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < 0x20 || is_break((const unsigned char *)c)) return false;
        if (c[0] == ':' && (c[1] == ' ' || (in_flow && strchr(",[]{}", c[1])))) return false;
        if (c[0] == ' ' && c[1] == '#') return false;
        if (in_flow && strchr(",[]{}", *c)) return false;
    }
    return true;
}

static void add_quoted(const char *text, nn_buffer *out) {
    nn_buffer_add(out, "\"");
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (is_break(c)) {
            unsigned code = c[0] == 0xC2   ? 0x85u
                            : c[0] == 0xEF ? 0xFEFFu
                                           : 0x2028u + (c[2] == 0xA9);
            nn_buffer_add(out, "\\u%04X", code);
            c += c[0] == 0xC2 ? 1 : 2;
        } else if (*c == '"' || *c == '\\')
            nn_buffer_add(out, "\\%c", *c);
        else if (*c == '\n')
            nn_buffer_add(out, "\\n");
        else if (*c == '\t')
            nn_buffer_add(out, "\\t");
        else if (*c < 0x20)
            nn_buffer_add(out, "\\x%02X", *c);
        else
            nn_buffer_add(out, "%c", *c);
    }
    nn_buffer_add(out, "\"");
}

static void add_scalar(const nn_node *node, bool in_flow, nn_buffer *out) {
    if (node->quoted || !nn_text_is_plain(node->text, in_flow))
        add_quoted(node->text, out);
    else
        nn_buffer_add(out, "%s", node->text);
}

static void add_key(const nn_node *node, nn_buffer *out) {
    bool merge = strcmp(node->key, "<<") == 0; /* it was quoted, so it is no merge key */
    if (merge || !nn_text_is_plain(node->key, true))
        add_quoted(node->key, out);
    else
        nn_buffer_add(out, "%s", node->key);
    nn_buffer_add(out, ":");
}

/* Short things fit on a line: [64, 32]. */
static bool fits_on_a_line(const nn_node *list) {
    for (const nn_node *item = list->first; item; item = item->next)
        if (item->type != NN_NODE_SCALAR || (!item->quoted && !nn_text_is_plain(item->text, true)))
            return false;
    return true;
}

static void add_line_list(const nn_node *list, nn_buffer *out) {
    nn_buffer_add(out, "[");
    for (const nn_node *item = list->first; item; item = item->next) {
        add_scalar(item, true, out);
        if (item->next) nn_buffer_add(out, ", ");
    }
    nn_buffer_add(out, "]\n");
}

/* Writes the children of a list or map, each beginning a line at `indent`; the first continues the
 * line that is begun if `begun`. */
static void add_children(const nn_node *parent, int indent, bool begun, nn_buffer *out);

static void add_value(const nn_node *node, int indent, bool in_list, nn_buffer *out) {
    if (node->type == NN_NODE_SCALAR) {
        bool empty = node->text[0] == '\0' && !node->quoted;
        if (!empty) nn_buffer_add(out, " ");
        add_scalar(node, false, out);
        nn_buffer_add(out, "\n");
    } else if (node->count == 0)
        nn_buffer_add(out, node->type == NN_NODE_MAP ? " {}\n" : " []\n");
    else if (node->type == NN_NODE_LIST && fits_on_a_line(node)) {
        nn_buffer_add(out, " ");
        add_line_list(node, out);
    } else {
        nn_buffer_add(out, in_list ? " " : "\n");
        add_children(node, indent + 2, in_list, out);
    }
}

static void add_children(const nn_node *parent, int indent, bool begun, nn_buffer *out) {
    for (const nn_node *child = parent->first; child; child = child->next, begun = false) {
        if (!begun) nn_buffer_add(out, "%*s", indent, "");
        bool in_list = parent->type == NN_NODE_LIST;
        if (in_list)
            nn_buffer_add(out, "-");
        else
            add_key(child, out);
        add_value(child, indent, in_list, out);
    }
}

void nn_document_write(const nn_document *document, nn_buffer *out) {
    if (!document->root || document->root->count == 0)
        nn_buffer_add(out, "{}\n");
    else
        add_children(document->root, 0, false, out);
}
