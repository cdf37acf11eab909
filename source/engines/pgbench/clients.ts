/** A client that gave up, as pgbench says on standard error when it happens. */
export type GivenUp = {
	readonly client: number;
	readonly script: number;
	readonly outcome: string;
	readonly words: string;
};

/** Of a server that has gone, as pgbench and libpq word it. */
const lost =
	/backend died|closed the connection|connection.*(lost|reset|failed)|terminating connection|could not (send|receive)|shutting down/i;

/** Reads that a client gave up; `undefined` of any other line. */
export const readGivenUp = (line: string): GivenUp | undefined => {
	const [, client] = /\bclient (\d+)\b.*\baborted\b/.exec(line) ?? [];
	if (client === undefined) return undefined;
	const words = line.replace(/^pgbench: (?:error|fatal|warning): /, '').trim();
	return {
		client: Number(client),
		script: Number(/\bscript (\d+)\b/.exec(line)?.[1] ?? 0),
		outcome: lost.test(line) ? 'closed before response' : 'client aborted',
		words,
	};
};

/** What pgbench says of one second of its progress, to the tenth of a transaction. */
export type Progress = {readonly rate: number};

export const readProgress = (line: string): Progress | undefined => {
	const [, rate] = /^progress: [\d.]+ s, ([\d.]+) tps/.exec(line) ?? [];
	return rate === undefined ? undefined : {rate: Number(rate)};
};
