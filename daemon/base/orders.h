/* What the processes say to each other: one letter, down from master to keeper
 * to worker, or up.  The end of the socket is an order too, that to finish. */
#ifndef SG_BASE_ORDERS_H
#define SG_BASE_ORDERS_H

enum order {
    ORDER_DRAIN = 'D', /* accept what waits in the backlog, close the listeners, finish */
    ORDER_END = 'K',   /* … and end the sessions with 421 */
    ORDER_QUIT = 'Q',  /* keeper only: kill the workers */
    ORDER_ADOPT = 'A', /* worker only: accept here, too; listeners come with it */
    ORDER_RETURN = 'B' /* … no longer, of all that have come so */
};

enum report {
    REPORT_READY = 'R',
    REPORT_CLOSED = 'C', /* after an order: accepts no more */
    REPORT_FAILED = 'F', /* keeper only: the reason follows in the same packet */
    REPORT_WISH = 'W'    /* keeper only: a plugin wants a reload */
};

#endif
