/** A source of numbers in [0, 1). */
export type Random = () => number;

/** xoshiro128**, seeded through splitmix32: the same seed gives the same verdict. https://prng.di.unimi.it */
export const seededRandom = (seed: number): Random => {
	let mix = seed >>> 0;
	const next = (): number => {
		mix = (mix + 0x9e3779b9) >>> 0;
		let z = mix;
		z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
		z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
		return (z ^ (z >>> 16)) >>> 0;
	};
	const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
	// As signed numbers, which need no memory of their own; the bits are the same.
	let [a, b, c, d] = [next() | 0, next() | 0, next() | 0, next() | 0];
	return () => {
		const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
		const shifted = b << 9;
		c ^= a;
		d ^= b;
		b ^= c;
		a ^= d;
		c ^= shifted;
		d = rotate(d, 11);
		return (result >>> 0) / 2 ** 32;
	};
};
