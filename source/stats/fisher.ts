import {binomialProbability} from './binomial.ts';

/** Of `marked` among `total`, the chance that `drawn` without replacement hold exactly `k`. */
export const hypergeometricProbability = (k: number, drawn: number, marked: number, total: number): number => {
	if (k < Math.max(0, drawn + marked - total) || k > Math.min(drawn, marked)) return 0;
	if (drawn === 0 || drawn === total) return 1;
	// Of three binomial chances, so that large counts cost no digits (Loader, 2000, §5).
	const p = drawn / total;
	return (
		(binomialProbability(k, marked, p) * binomialProbability(drawn - k, total - marked, p)) /
		binomialProbability(drawn, total, p)
	);
};

/** So many failed of so many that ended, whole numbers. */
type Counts = {readonly failed: number; readonly ended: number};

const negligible = 1e-18;

/**
 * Fisher's exact test, two-sided: how often chance alone divides the failures so or less likely between the two sides.
 * It takes every operation for a witness of its own: counts that come in bursts are to be scaled before.
 */
export const fisherExact = (a: Counts, b: Counts): number => {
	const marked = a.failed + b.failed;
	const total = a.ended + b.ended;
	const [least, most] = [Math.max(0, a.ended + marked - total), Math.min(a.ended, marked)];
	const seen = hypergeometricProbability(a.failed, a.ended, marked, total);
	const limit = seen * (1 + 1e-7);
	/** How many times as likely as k is k + 1. */
	const ratio = (k: number): number => ((marked - k) * (a.ended - k)) / ((k + 1) * (total - marked - a.ended + k + 1));
	let sum = seen;
	let chance = seen;
	for (let k = a.failed; k < most; k++) {
		chance *= ratio(k);
		if (chance <= limit) sum += chance;
		if (chance < seen * negligible && ratio(k) < 1) break;
	}

	chance = seen;
	for (let k = a.failed; k > least; k--) {
		chance /= ratio(k - 1);
		if (chance <= limit) sum += chance;
		if (chance < seen * negligible && ratio(k - 1) > 1) break;
	}

	return Math.min(1, sum);
};
