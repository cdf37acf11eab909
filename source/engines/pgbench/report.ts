/** What pgbench says at its end, of all its load. Times are milliseconds. */
export type Report = {
	readonly processed: number;
	/** Of transactions, as the others; absent where this version, or this load, tells none. */
	readonly failed?: number;
	readonly skipped?: number;
	readonly late?: number;
	readonly retried?: number;
	readonly retries?: number;
	readonly latency?: number;
	readonly stddev?: number;
	/** Of all clients together, once; with a connection for each transaction, of each on average. */
	readonly connecting?: number;
	/** Per second, without the time that the first connections took. */
	readonly rate?: number;
	readonly statements: readonly Statement[];
};

/** Of one statement of a script, of all its executions. Milliseconds, and counts. */
export type Statement = {
	/** The number of its script, from 0. */
	readonly script: number;
	readonly text: string;
	readonly latency: number;
	readonly failures?: number;
	readonly retries?: number;
};

const statementLine = /^\s+(\d+\.\d+)(?:\s+(\d+))?(?:\s+(\d+))? {2}(\S.*)$/;

const statementsIn = (lines: readonly string[]): Statement[] => {
	const found: Statement[] = [];
	let script = 0;
	let isList = false;
	for (const line of lines) {
		const numbered = /^SQL script (\d+):/.exec(line)?.[1];
		if (numbered !== undefined) script = Number(numbered) - 1;
		if (/^(?: - )?statement latencies in milliseconds/.test(line)) isList = true;
		else if (isList) {
			const [, latency, failures, retries, text] = statementLine.exec(line) ?? [];
			if (latency === undefined || text === undefined) isList = false;
			else {
				found.push({
					script,
					text,
					latency: Number(latency),
					...(failures === undefined ? {} : {failures: Number(failures)}),
					...(retries === undefined ? {} : {retries: Number(retries)}),
				});
			}
		}
	}

	return found;
};

/** Reads the report of pgbench 13 to 18; `undefined` of anything else. */
export const readReport = (lines: readonly string[]): Report | undefined => {
	// What comes after is of each script alone.
	const first = lines.findIndex((line) => /^(SQL script \d+:|statement latencies)/.test(line));
	const head = first < 0 ? lines : lines.slice(0, first);
	const figure = (pattern: RegExp): number | undefined => {
		for (const line of head) {
			const found = pattern.exec(line)?.[1];
			if (found !== undefined) return Number(found);
		}

		return undefined;
	};
	const processed = figure(/^number of transactions actually processed: (\d+)/);
	if (processed === undefined) return undefined;
	const optional = {
		failed: figure(/^number of failed transactions: (\d+)/),
		skipped: figure(/^number of transactions skipped: (\d+)/),
		late: figure(/^number of transactions above the [\d.]+ ms latency limit: (\d+)/),
		retried: figure(/^number of transactions retried: (\d+)/),
		retries: figure(/^total number of retries: (\d+)/),
		latency: figure(/^latency average = ([\d.]+) ms/),
		stddev: figure(/^latency stddev = ([\d.]+) ms/),
		connecting: figure(/^(?:initial|average) connection time = ([\d.]+) ms/),
		rate:
			figure(/^tps = ([\d.]+) \((?:without initial connection time|including reconnection times)\)/) ??
			// Up to version 13 both are told.
			figure(/^tps = ([\d.]+) \(excluding connections establishing\)/),
	};
	const known = Object.entries(optional).filter(([, value]) => value !== undefined);
	return {processed, ...Object.fromEntries(known), statements: statementsIn(lines)};
};
