import {expect} from 'vitest';

/** The logarithmic relative error: to how many significant digits a value is what is expected, as NIST counts them. */
export const digits = (value: number, expected: number): number =>
	value === expected ? 17 : -Math.log10(expected === 0 ? Math.abs(value) : Math.abs(value / expected - 1));

export const expectDigits = (value: number, expected: number, least: number): void => {
	expect(digits(value, expected), `${value} against ${expected}`).toBeGreaterThanOrEqual(least);
};
