import {describe, expect, test} from 'vitest';
import {ageOf, momentOf} from '../../source/commands/moment.ts';
import {parseFlags} from '../../source/config/flags.ts';
import {BenchtopError} from '../../source/errors.ts';

const flagsWith = (text: string) =>
	parseFlags(['--since', text], [{name: 'since', value: 'WHEN', about: 'runs from then on'}]).flags;
const now = Date.UTC(2025, 5, 15, 12);

describe('a moment in the past', () => {
	test.each([
		['1d', '2025-06-14T12:00:00.000Z'],
		['2w', '2025-06-01T12:00:00.000Z'],
		['90m', '2025-06-15T10:30:00.000Z'],
		['2025-03-01T10:00:00Z', '2025-03-01T10:00:00.000Z'],
		['2025-03-01T10:00:00+02:00', '2025-03-01T08:00:00.000Z'],
		['2025-03-01', new Date(2025, 2, 1).toISOString()],
	])('%s is %s', (text, expected) => {
		expect(momentOf(flagsWith(text), 'since', now)).toBe(expected);
	});

	test.each(['soon', '2025-13-40', '5y', '-1d', ''])('%s is none', (text) => {
		expect(() => momentOf(flagsWith(text), 'since', now)).toThrow(BenchtopError);
	});

	test('is left out where nobody says so', () => {
		const {flags} = parseFlags([], [{name: 'since', value: 'WHEN', about: 'runs from then on'}]);
		expect(momentOf(flags, 'since', now)).toBeUndefined();
		expect(ageOf(flags, 'since')).toBeUndefined();
	});
});
