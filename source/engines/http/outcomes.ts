/** The name of what happened to a connection: a code of the system's, of a proxy's answer, or of TLS. */
export const outcomeOf = (error: Error): string => {
	const nested: unknown = error instanceof AggregateError ? error.errors[0] : error;
	const code = nested instanceof Error && 'code' in nested ? String(nested.code) : '';
	if (code === '') return 'connection failed';
	return /^(E[A-Z_]|proxy )/.test(code) ? code : `TLS ${code}`;
};
