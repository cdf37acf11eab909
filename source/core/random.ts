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
	const rotate = (value: number, by: number): number => ((value << by) | (value >>> (32 - by))) >>> 0;
	let [a, b, c, d] = [next(), next(), next(), next()];
	return () => {
		const result = Math.imul(rotate(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
		const shifted = (b << 9) >>> 0;
		c ^= a;
		d ^= b;
		b ^= c;
		a ^= d;
		c ^= shifted;
		d = rotate(d >>> 0, 11);
		a >>>= 0;
		b >>>= 0;
		c >>>= 0;
		return result / 2 ** 32;
	};
};
