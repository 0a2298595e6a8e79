/* Where files are. */
#ifndef SG_MASTER_PATHS_H
#define SG_MASTER_PATHS_H

/* A copy without links and dots; as it is if there is no such file. */
char *path_absolute(const char *path);

/* smtp-gated-session: beside this executable (a build tree), else installed. */
char *path_of_session(void);

/* Makes the directory a file is to stand in, if only that one is missing: /run
 * is empty after a boot.  Failure shows when the file is made. */
void path_make_parent(const char *path);

#endif
