import {buckets, type Histogram, mergeHistograms, rankOf} from '../core/histogram.ts';
import type {Random} from '../core/random.ts';

/** One stretch of a run: its latencies and its answers. All stretches of a series are about equally long. */
export type Stretch = {readonly latency: Histogram; readonly answered: number; readonly milliseconds: number};

/** What one resample of a run says. Quantiles in microseconds, in the order asked for; the rate per second. */
export type Resample = {readonly quantiles: readonly number[]; readonly rate: number};

/** More stretches than this are joined to longer ones first; an hour of seconds becomes 720 times five seconds. */
export const mostStretches = 720;

const joinStretches = (stretches: readonly Stretch[]): readonly Stretch[] => {
	const step = Math.ceil(stretches.length / mostStretches);
	if (step <= 1) return stretches;
	return Array.from({length: Math.floor(stretches.length / step)}, (_, group) => {
		const members = stretches.slice(group * step, (group + 1) * step);
		return {
			latency: members.map(({latency}) => latency).reduce(mergeHistograms),
			answered: members.reduce((sum, {answered}) => sum + answered, 0),
			milliseconds: members.reduce((sum, {milliseconds}) => sum + milliseconds, 0),
		};
	});
};

/**
 * The starts of the blocks of one resample: circular, so that every stretch is drawn equally often (Politis and Romano,
 * A circular block-resampling procedure for stationary data, 1992).
 */
export const drawBlocks = (count: number, blockLength: number, random: Random): number[] =>
	Array.from({length: Math.ceil(count / blockLength)}, () => Math.floor(random() * count));

/**
 * Resamples of a run in circular blocks of `blockMilliseconds`. Nothing is decoded or merged per resample: counts are
 * summed once over time and over buckets, so that "how many latencies of this block are at most so long" is one
 * subtraction, and a quantile is a binary search over it.
 */
export const createResampler = (all: readonly Stretch[], quantiles: readonly number[], blockMilliseconds: number) => {
	const stretches = joinStretches(all);
	const count = stretches.length;
	const usual = stretches.reduce((sum, {milliseconds}) => sum + milliseconds, 0) / count;
	const blockLength = Math.min(count, Math.max(1, Math.ceil(blockMilliseconds / usual - 1e-9)));
	const merged = stretches.map(({latency}) => latency).reduce(mergeHistograms);
	const grid = [...buckets(merged)];
	const width = grid.length;
	const columnOf = new Int32Array(merged.counts.length);
	for (let index = 0, column = 0; index < merged.counts.length; index++) {
		columnOf[index] = column;
		if (merged.counts[index]! > 0) column += 1;
	}

	// Row t: latencies of the first t stretches (around the circle), cumulative over the buckets.
	const rows = count + blockLength + 1;
	const below = new Float64Array(rows * width);
	const answered = new Float64Array(rows);
	const milliseconds = new Float64Array(rows);
	const here = new Float64Array(width);
	for (let row = 1; row < rows; row++) {
		const stretch = stretches[(row - 1) % count]!;
		answered[row] = answered[row - 1]! + stretch.answered;
		milliseconds[row] = milliseconds[row - 1]! + stretch.milliseconds;
		here.fill(0);
		const {counts, offset} = stretch.latency;
		for (let index = 0; index < counts.length; index++) {
			if (counts[index]! > 0) here[columnOf[offset - merged.offset + index]!]! += counts[index]!;
		}

		let sum = 0;
		for (let column = 0; column < width; column++) {
			sum += here[column]!;
			below[row * width + column] = below[(row - 1) * width + column]! + sum;
		}
	}

	const resample = (starts: readonly number[]): Resample => {
		const ends = starts.map(
			(start, index) => start + (index === starts.length - 1 ? count - index * blockLength : blockLength),
		);
		const atMost = (column: number): number => {
			let sum = 0;
			for (let index = 0; index < starts.length; index++) {
				sum += below[ends[index]! * width + column]! - below[starts[index]! * width + column]!;
			}

			return sum;
		};
		const total = width === 0 ? 0 : atMost(width - 1);
		const quantileAt = (q: number): number => {
			if (total === 0) return Number.NaN;
			const rank = rankOf(q, total);
			let low = 0;
			let high = width - 1;
			while (low < high) {
				const middle = (low + high) >> 1;
				if (atMost(middle) >= rank) high = middle;
				else low = middle + 1;
			}

			const before = low === 0 ? 0 : atMost(low - 1);
			const [lowest, bucketWidth] = grid[low]!;
			const held = atMost(low) - before;
			// As `quantile` has it, so that the run itself is observed as it is told.
			if (low === 0 && rank - before <= 1) return merged.minimum;
			if (low === width - 1 && rank - before >= held) return merged.maximum;
			const position = (rank - before - 0.5) / held;
			return Math.min(merged.maximum, Math.max(merged.minimum, lowest + (bucketWidth - 1) * position));
		};
		let sum = 0;
		let time = 0;
		for (let index = 0; index < starts.length; index++) {
			sum += answered[ends[index]!]! - answered[starts[index]!]!;
			time += milliseconds[ends[index]!]! - milliseconds[starts[index]!]!;
		}

		return {quantiles: quantiles.map(quantileAt), rate: (sum * 1000) / time};
	};
	return {
		/** Every stretch once. */
		observed: resample([...Array(Math.ceil(count / blockLength)).keys()].map((index) => index * blockLength)),
		draw: (random: Random): Resample => resample(drawBlocks(count, blockLength, random)),
	};
};

/** The interval that holds the middle `confidence` of the draws; values that are not finite are left out. */
export const percentileInterval = (
	draws: readonly number[],
	confidence: number,
): readonly [low: number, high: number] | undefined => {
	const sorted = draws.filter(Number.isFinite).sort((a, b) => a - b);
	// Left-out draws would make the interval look firmer than it is.
	if (sorted.length < draws.length * 0.99 || sorted.length === 0) return undefined;
	const at = (share: number): number => {
		const position = share * (sorted.length - 1);
		const index = Math.floor(position);
		const next = sorted[index + 1] ?? sorted[index]!;
		return sorted[index]! + (next - sorted[index]!) * (position - index);
	};
	return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
};
