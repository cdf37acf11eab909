/** The driver of PostgreSQL, for those who speak to one; loaded when it is asked for. */
export const loadPostgres = async () => (await import('pg')).default;
