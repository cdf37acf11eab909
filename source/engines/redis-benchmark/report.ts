/** What redis-benchmark says of a test while it runs, if it has any operations yet. */
export type Progress = {
	readonly test: string;
	/** Operations per second since its beginning. */
	readonly overall: number | undefined;
	/** The mean latency since it said so last, in milliseconds. */
	readonly mean: number | undefined;
};

/** A line of a distribution: so many operations took no longer than this. Microseconds. */
export type Step = {readonly value: number; readonly count: number; readonly percentile: number};

/** What it says of a test that is over. Milliseconds, but for the distributions. */
export type Report = {
	readonly test: string;
	readonly completed: number;
	/** Per second. */
	readonly throughput: number;
	readonly mean: number;
	readonly minimum: number;
	readonly p50: number;
	readonly p95: number;
	readonly p99: number;
	readonly maximum: number;
	/** By halving percentiles, and by steps of 0.1 ms (beyond 2 ms, of 1 ms). */
	readonly halving: readonly Step[];
	readonly linear: readonly Step[];
};

const progressLine = /^\s*(.*): rps=\S+ \(overall: (\S+?)\) avg_msec=(\S+)/;
const titleLine = /^\s*====== (.*) ======$/;
const completedLine = /^\s*(\d+) requests completed in/;
const stepLine = /^\s*([\d.]+)% <= ([\d.]+) milliseconds \(cumulative count (\d+)\)$/;
const throughputLine = /^\s*throughput summary: (\S+) requests per second$/;

/** Hears the lines of redis-benchmark, and tells what they say. */
export const createReportReader = (ears: {
	readonly progress: (progress: Progress) => void;
	readonly report: (report: Report) => void;
	/** A line that is neither: an error, or something to say. */
	readonly other: (line: string) => void;
}) => {
	let title: string | undefined;
	let completed = 0;
	let throughput = 0;
	let halving: Step[] = [];
	let linear: Step[] = [];
	let table = halving;
	let figures: number[] | undefined;

	/** Whether a line within a report was understood. */
	const within = (line: string): void => {
		const done = completedLine.exec(line);
		if (done !== null) completed = Number(done[1]);
		else if (line.startsWith('Latency by percentile')) table = halving;
		else if (line.startsWith('Cumulative distribution')) table = linear;
		else {
			const step = stepLine.exec(line);
			if (step !== null) {
				table.push({
					percentile: Number(step[1]),
					value: Math.round(Number(step[2]) * 1000),
					count: Number(step[3]),
				});
				return;
			}

			const rate = throughputLine.exec(line);
			if (rate !== null) throughput = Number(rate[1]);
			else if (/^\s+avg\s+min\s+p50\s+p95\s+p99\s+max\s*$/.test(line)) figures = [];
			else if (figures !== undefined) conclude(line);
		}
	};
	const conclude = (line: string): void => {
		const numbers = line.trim().split(/\s+/).map(Number);
		const [mean, minimum, p50, p95, p99, maximum] = numbers;
		if (
			title !== undefined &&
			mean !== undefined &&
			minimum !== undefined &&
			p50 !== undefined &&
			p95 !== undefined &&
			p99 !== undefined &&
			maximum !== undefined &&
			numbers.every(Number.isFinite)
		) {
			ears.report({test: title, completed, throughput, mean, minimum, p50, p95, p99, maximum, halving, linear});
		} else ears.other(`a report that cannot be read: ${line}`);
		title = undefined;
		figures = undefined;
	};

	return (line: string): void => {
		const begun = titleLine.exec(line);
		if (begun !== null) {
			title = begun[1] ?? '';
			[completed, throughput, halving, linear] = [0, 0, [], []];
			table = halving;
			return;
		}

		if (title !== undefined) {
			within(line);
			return;
		}

		const progress = progressLine.exec(line);
		if (progress !== null) {
			const [overall, mean] = [Number(progress[2]), Number(progress[3])];
			ears.progress({
				test: progress[1] ?? '',
				overall: Number.isFinite(overall) ? overall : undefined,
				mean: Number.isFinite(mean) ? mean : undefined,
			});
		} else if (line.trim() !== '') ears.other(line);
	};
};
