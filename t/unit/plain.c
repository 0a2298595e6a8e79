/* A shared object that is no plugin. */
int plain_number(void);

int plain_number(void)
{
    return 1;
}
