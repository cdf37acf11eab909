import {BenchtopError} from '../../errors.ts';
import {medianOf} from '../../stats/describe.ts';
import type {Launcher} from './launch.ts';
import type {Order} from './order.ts';
import {perform} from './perform.ts';
import type {Startup} from './sampler.ts';

const most = 30;
/** When so many milliseconds have gone by, so many are enough. */
const longest = 2000;
const enough = 5;

/**
 * What starting costs: of a shell with an empty line its time and CPU; of no command at all the CPU of what starts it.
 * Medians. Rejects with a BenchtopError (exit code 4) where the shell does not do it.
 */
export const calibrate = async (
	launcher: Launcher,
	order: Order,
	shell: readonly string[] | undefined,
	signal: AbortSignal,
): Promise<Startup> => {
	const walls: number[] = [];
	const cpus: number[] = [];
	const begun = performance.now();
	while (walls.length < most && (walls.length < enough || performance.now() - begun < longest)) {
		const went = await perform(launcher, order, undefined, signal);
		if (went === undefined) break;
		const {code, wall, usage} = went.ended;
		if (shell !== undefined && code !== 0) {
			throw new BenchtopError(
				`The shell ${shell[0]} fails on an empty line${code === undefined ? '' : ` (exit ${code})`}.`,
				{
					hint: 'shell takes the name of a shell that understands -c, such as bash.',
					exitCode: 4,
				},
			);
		}

		walls.push(wall);
		cpus.push(usage === undefined ? 0 : usage.user + usage.system);
	}

	if (walls.length === 0) return {wall: 0, cpu: 0};
	return {wall: shell === undefined ? 0 : medianOf(walls), cpu: medianOf(cpus)};
};
