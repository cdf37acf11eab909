/** The families of failure that a report counts. `other` holds what no other family does. */
export const failureFamilies = ['4xx', '5xx', 'timeout', 'connection', 'other'] as const;
export type FailureFamily = (typeof failureFamilies)[number];

const connectionOutcome =
	/^(E[A-Z_]+|read error|write error|closed before response|truncated|malformed reply|reply head too large|connection failed|no HTTP\/2|HTTP\/2 .*|proxy .*|TLS.*|ERR_(TLS|SSL).*|UND_ERR.*|.*handshake.*)$/;

/**
 * The family of an outcome that failed: '503' → 5xx, 'timeout', 'ECONNRESET' → connection, 'exit 1' → other.
 * Whether an outcome failed is for its engine to say, not for its name.
 */
export const familyOf = (outcome: string): FailureFamily => {
	if (/^4\d\d$/.test(outcome)) return '4xx';
	if (/^5\d\d$/.test(outcome)) return '5xx';
	if (/^timeout( before send| in the pool)?$/.test(outcome)) return 'timeout';
	// By a load tool: what was due and not begun, since it was too late for that.
	if (outcome === 'skipped') return 'timeout';
	// What was asked of a reply is named by people: nothing is to be read out of it.
	if (/^(check|capture|template:?) /.test(outcome)) return 'other';
	return connectionOutcome.test(outcome) ? 'connection' : 'other';
};
