/* no-domains - refuse the mail of domains that stand in a file.
 *
 * The file is read once, in the keeper; the workers that are forked from it share
 * the list, however long it is, because none writes to it.  A reload starts a new
 * keeper, which reads the file anew. */
#include <errno.h>
#include <smtp-gated/plugin.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct no_domains {
    const char *file;
    char **domains; /* sorted */
    size_t count, room;
};

static const struct sg_option options[] = {
    SG_OPT_PATH(struct no_domains, file, NULL, "The domains, one in a line"), SG_OPT_END};

static int order(const void *a, const void *b)
{
    return strcasecmp(*(char *const *)a, *(char *const *)b);
}

static void keep(struct no_domains *my, const char *line)
{
    if (my->count == my->room) {
        char **more = sg_alloc((my->room = my->room ? 2 * my->room : 64) * sizeof *more);
        if (my->count > 0)
            memcpy(more, my->domains, my->count * sizeof *more);
        free(my->domains);
        my->domains = more;
    }
    my->domains[my->count++] = sg_strdup(line);
}

static int read_domains(struct no_domains *my, FILE *in)
{
    char line[512];

    while (fgets(line, sizeof line, in)) {
        line[strcspn(line, " \t\r\n")] = '\0';
        if (*line && *line != '#')
            keep(my, line);
    }
    qsort(my->domains, my->count, sizeof *my->domains, order);
    return ferror(in) ? -1 : 0;
}

static void no_domains_release(void *self)
{
    struct no_domains *my = self;

    for (size_t i = 0; i < my->count; i++)
        free(my->domains[i]);
    free(my->domains);
}

static int no_domains_configure(void *self)
{
    struct no_domains *my = self;
    FILE *in;
    int result;

    if (!my->file) {
        sg_config_error("file", "name the file that holds the domains");
        return -1;
    }
    in = fopen(my->file, "re");
    if (!in) {
        sg_config_error("file", "%s", strerror(errno));
        return -1;
    }
    result = read_domains(my, in);
    fclose(in);
    if (result < 0) {
        sg_config_error("file", "it cannot be read to its end");
        no_domains_release(my);
    }
    return result;
}

static struct sg_verdict no_domains_mail(struct sg_session *s, struct sg_mail *m,
                                         const char *reverse_path, const char *parameters,
                                         void *self)
{
    const struct no_domains *my = self;
    const char *at = strrchr(reverse_path, '@');
    const char *domain = at ? at + 1 : "";

    (void)s, (void)m, (void)parameters;
    if (my->count && bsearch(&domain, my->domains, my->count, sizeof *my->domains, order))
        return sg_answer(SG_REJECT, "No mail from there");
    return sg_pass();
}

SG_PLUGIN(no_domains, .summary = "refuse the mail of domains that stand in a file",
          .options = options, .settings_size = sizeof(struct no_domains),
          .configure = no_domains_configure, .release = no_domains_release, .mail = no_domains_mail)
