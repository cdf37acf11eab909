import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
	type AlertState,
	type AlertTiming,
	evaluateAlert,
	inactive,
	resolvedRetention,
} from '../../source/stats/alert-state.ts';

const minute = 60_000;

/** The states after each evaluation, one a minute unless told otherwise. `+` holds, `-` does not, `.` has no value. */
const statesOver = (timing: AlertTiming, signs: string, step = minute): readonly AlertState[] => {
	let state = inactive;
	return [...signs].map((sign, index) => {
		state = evaluateAlert(state, timing, {at: index * step, holds: sign === '.' ? undefined : sign === '+'});
		return state;
	});
};

const letters = {inactive: 'i', pending: 'p', firing: 'F', resolved: 'r'} as const;
const lettersOf = (states: readonly AlertState[]): string => states.map(({state}) => letters[state]).join('');

describe('an alert after each evaluation', () => {
	// What Prometheus documents and tests: configuration/alerting_rules, and rules/alerting_test.go (TestKeepFiringFor,
	// TestPendingAndKeepFiringFor), minutes apart.
	test.each<[about: string, forMinutes: number, keepMinutes: number, signs: string, expected: string]>([
		['without a condition that holds nothing happens', 1, 1, '---', 'iii'],
		['with no time to hold it fires at the first evaluation', 0, 0, '+', 'F'],
		['it fires when the time is reached, not when it is exceeded', 1, 0, '+++', 'pFF'],
		['an evaluation before that it is pending', 2, 0, '+++', 'ppF'],
		['one evaluation without the condition begins the time anew', 2, 0, '++-+++', 'ppippF'],
		['what was only pending is never resolved', 5, 0, '+++-', 'pppi'],
		['what stops holding is resolved at once', 1, 0, '++--', 'pFrr'],
		['what was resolved begins anew as pending', 1, 0, '++-++', 'pFrpF'],
		['what was resolved and has no time to hold fires again', 0, 0, '+-+', 'FrF'],
		['it fires on for the time it is kept, and is resolved when that is reached', 1, 1, '++++--', 'pFFFFr'],
		['what is kept counts from the first evaluation that did not hold', 0, 3, '+----', 'FFFFr'],
		['what holds again within that time never stopped, and the time begins anew', 0, 2, '+--+---', 'FFFFFFr'],
		['what is pending is not kept', 1, 1, '+-', 'pi'],
		['without a value nothing holds: pending ends', 2, 0, '++.+', 'ppip'],
		['without a value nothing holds: firing ends', 0, 0, '+.', 'Fr'],
		['without a value firing is kept as long as without the condition', 0, 2, '+.-.', 'FFFr'],
	])('%s', (_, forMinutes, keepMinutes, signs, expected) => {
		const timing = {for: forMinutes * minute, keepFiringFor: keepMinutes * minute};
		expect(lettersOf(statesOver(timing, signs))).toBe(expected);
	});

	test('a condition that holds only between evaluations is not seen, and their distance is not looked at', () => {
		const timing = {for: 90_000, keepFiringFor: 0};
		expect(lettersOf(statesOver(timing, '+++'))).toBe('ppF');
		expect(lettersOf(statesOver(timing, '++', 10 * minute))).toBe('pF');
	});

	test('it says since when it holds, when it fired and when it was resolved', () => {
		const states = statesOver({for: minute, keepFiringFor: minute}, '-+++--');
		expect(states).toEqual([
			{state: 'inactive'},
			{state: 'pending', since: minute},
			{state: 'firing', since: minute, fired: 2 * minute},
			{state: 'firing', since: minute, fired: 2 * minute},
			{state: 'firing', since: minute, fired: 2 * minute, quietSince: 4 * minute},
			{state: 'resolved', since: minute, fired: 2 * minute, resolved: 5 * minute},
		]);
	});

	test('what was resolved is told for a quarter of an hour, its end included', () => {
		const timing = {for: 0, keepFiringFor: 0};
		const resolved: AlertState = {state: 'resolved', since: 0, fired: 0, resolved: 1000};
		const stateAfter = (passed: number) => evaluateAlert(resolved, timing, {at: 1000 + passed, holds: false}).state;
		expect([stateAfter(0), stateAfter(resolvedRetention), stateAfter(resolvedRetention + 1)]).toEqual([
			'resolved',
			'resolved',
			'inactive',
		]);
	});
});

describe('over any evaluations', () => {
	const timing = fc.record({for: fc.nat(20), keepFiringFor: fc.nat(20)});
	const evaluations = fc
		.array(
			fc.record({
				step: fc.integer({min: 1, max: 9}),
				holds: fc.constantFrom<boolean | undefined>(true, true, true, false, undefined),
			}),
			{maxLength: 60},
		)
		.map((steps) => {
			let at = 0;
			return steps.map(({step, holds}) => {
				at += step;
				return {at, holds};
			});
		});
	type Evaluations = ReadonlyArray<{readonly at: number; readonly holds: boolean | undefined}>;

	const over = (timing: AlertTiming, all: Evaluations): readonly AlertState[] => {
		let state = inactive;
		return all.map((each) => {
			state = evaluateAlert(state, timing, each);
			return state;
		});
	};

	/** Since when the condition has held at every evaluation up to this one. */
	const heldSince = (all: Evaluations, index: number): number | undefined => {
		if (all[index]?.holds !== true) return undefined;
		let first = index;
		while (all[first - 1]?.holds === true) first -= 1;
		return all[first]?.at;
	};

	test('it begins to fire exactly at the first evaluation at which the condition has held for all of the time', () => {
		fc.assert(
			fc.property(timing, evaluations, (timing, all) => {
				for (const [index, state] of over(timing, all).entries()) {
					if (state.state !== 'firing' || state.fired !== all[index]?.at) continue;
					const since = heldSince(all, index);
					expect(since).toBe(state.since);
					expect(state.fired - state.since).toBeGreaterThanOrEqual(timing.for);
					const before = all[index - 1];
					if (before !== undefined && before.at >= state.since) {
						expect(before.at - state.since).toBeLessThan(timing.for);
					}
				}
			}),
		);
	});

	test('whatever has held for all of the time fires', () => {
		fc.assert(
			fc.property(timing, evaluations, (timing, all) => {
				for (const [index, {state}] of over(timing, all).entries()) {
					const since = heldSince(all, index);
					if (since !== undefined && all[index]!.at - since >= timing.for) expect(state).toBe('firing');
				}
			}),
		);
	});

	test('where the condition does not hold, what is not kept is as quiet as one that was never evaluated', () => {
		fc.assert(
			fc.property(timing, evaluations, (timing, all) => {
				for (const [index, state] of over(timing, all).entries()) {
					if (all[index]?.holds === true) continue;
					expect(state.state).not.toBe('pending');
					if (state.state !== 'firing') continue;
					let first = index;
					while (first > 0 && all[first - 1]?.holds !== true) first -= 1;
					expect(state.quietSince).toBe(all[first]?.at);
					expect(all[index]!.at - all[first]!.at).toBeLessThan(timing.keepFiringFor);
				}
			}),
		);
	});

	test('a reset really resets: what comes after it is what comes after nothing', () => {
		fc.assert(
			fc.property(timing, evaluations, evaluations, (timing, before, after) => {
				const end = before.at(-1)?.at ?? 0;
				const quiet = {at: end + 1, holds: false};
				const reset = over(timing, [...before, quiet]).at(-1)!;
				fc.pre(reset.state === 'inactive' || reset.state === 'resolved');
				const later = after.map(({at, holds}) => ({at: quiet.at + at, holds}));
				const withHistory = over(timing, [...before, quiet, ...later]).slice(before.length + 1);
				const afresh = over(timing, later);
				// Up to the first time that it holds again, what was resolved is still told.
				const from = later.findIndex(({holds}) => holds === true);
				if (from >= 0) expect(withHistory.slice(from)).toEqual(afresh.slice(from));
			}),
		);
	});

	test('a missing value is as good as one that does not hold', () => {
		fc.assert(
			fc.property(timing, evaluations, (timing, all) => {
				const told = all.map(({at, holds}) => ({at, holds: holds ?? false}));
				expect(over(timing, told)).toEqual(over(timing, all));
			}),
		);
	});

	test('longer times never make more of it: neither sooner to fire nor sooner resolved', () => {
		fc.assert(
			fc.property(timing, fc.nat(9), evaluations, (timing, more, all) => {
				const firing = (given: AlertTiming) => over(given, all).map(({state}) => state === 'firing');
				const [base, later, longer] = [
					firing(timing),
					firing({...timing, for: timing.for + more}),
					firing({...timing, keepFiringFor: timing.keepFiringFor + more}),
				];
				for (const index of all.keys()) {
					if (later[index]) expect(base[index]).toBe(true);
					if (base[index]) expect(longer[index]).toBe(true);
				}
			}),
		);
	});
});
