/* modest - a plugin with defaults of its own for the options of every plugin; hasty is
 * the same with one that no option takes. */
#include <smtp-gated/plugin.h>

#ifdef HASTY
SG_PLUGIN(hasty, .summary = "be too quick", .timeout = "at once")
#else
SG_PLUGIN(modest, .summary = "ask for little", .on_error = "pass", .timeout = "2m",
          .skip_authenticated = "yes", .log_only = "yes", .max_load = "1.5",
          .only = "192.0.2.0/24 2001:db8::/32", .except = "192.0.2.1")
#endif
