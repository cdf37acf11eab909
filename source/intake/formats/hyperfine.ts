import * as z from 'zod';
import type {Format} from '../format.ts';
import {fits, readAs} from '../given.ts';

const one = z.object({
	command: z.string(),
	times: z.array(z.number()).min(1).optional(),
	mean: z.number(),
	median: z.number().nullish(),
	min: z.number().nullish(),
	max: z.number().nullish(),
	user: z.number().nullish(),
	system: z.number().nullish(),
	exit_codes: z.array(z.number().nullable()).optional(),
	memory_usage_byte: z.array(z.number()).optional(),
	parameters: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
const whole = z.object({results: z.array(one).min(1)});

/** Times are seconds, of the command alone; each run is kept. */
export const hyperfine: Format = {
	name: 'hyperfine',
	about: 'commands timed by hyperfine',
	made: "hyperfine --export-json FILE 'npm test'",
	recognise: ({json}) => fits(whole, json),
	read: ({json}) =>
		readAs(whole, json).results.map(
			({command, times, mean, median, min, max, user, system, exit_codes, memory_usage_byte, parameters}) => {
				const summed = Object.entries({mean, median, min, max}).flatMap(([name, seconds]) =>
					seconds == null
						? []
						: [{name: `${name} time`, unit: 'ms', better: 'lower' as const, values: [seconds * 1000]}],
				);
				return {
					name: command,
					target: command,
					...(times === undefined
						? {}
						: {
								duration: times.reduce((sum, seconds) => sum + seconds, 0) * 1000,
								means:
									"from starting the command to its end, as hyperfine times it; of a line for a shell, the shell's own start-up is subtracted",
								timed: times.map((seconds, index) => {
									const code = exit_codes?.[index];
									const outcome = code === null ? 'signal' : `exit ${code ?? 0}`;
									return {outcome, failed: code !== undefined && code !== 0, microseconds: seconds * 1e6};
								}),
							}),
					metrics: [
						...(times === undefined ? summed : []),
						...(user == null ? [] : [{name: 'user CPU', unit: 'ms', better: 'lower' as const, values: [user * 1000]}]),
						...(system == null
							? []
							: [{name: 'system CPU', unit: 'ms', better: 'lower' as const, values: [system * 1000]}]),
						...(memory_usage_byte === undefined
							? []
							: [{name: 'peak memory', unit: 'bytes', better: 'lower' as const, values: memory_usage_byte}]),
					],
					...(parameters === undefined ? {} : {settings: parameters}),
					limits: [
						...(times === undefined ? ['Single times were not kept.'] : []),
						...(user == null ? [] : ['CPU times are means over all runs.']),
					],
				};
			},
		),
};
