/* Named strings on a session, for plugins to leave each other. */
#ifndef SG_SESSION_MODEL_NOTES_H
#define SG_SESSION_MODEL_NOTES_H

struct notes;

void notes_set(struct notes **notes, const char *name, const char *value); /* NULL removes */
const char *notes_get(const struct notes *notes, const char *name);        /* NULL: none */
void notes_finish(struct notes **notes);

#endif
