import type {Environment} from '../../source/core/environment.ts';
import type {Check, Finding, Host} from '../../source/doctor/check.ts';
import {type FakeMachine, fakeMachine} from '../monitor/fake-machine.ts';

type Parts = Partial<Omit<Host, 'root' | 'environment'>> & {
	readonly environment?: Partial<Environment>;
	/** What happens on the host while it is watched. */
	readonly meanwhile?: (machine: FakeMachine) => void;
};

export const fakeEnvironment: Environment = {
	hostname: 'bench',
	os: {platform: 'linux', release: '6.1'},
	cpu: {model: 'CPU', cores: 4, usableCores: 4},
	memory: {totalBytes: 8 * 2 ** 30},
	loadAverage: [0, 0, 0],
	versions: {benchtop: '1.2.3', node: '24.1.0'},
};

/** A host that is a folder with these files, on time to the digit unless the parts say otherwise. */
export const fakeHost = (files: Readonly<Record<string, string>> = {}, parts: Parts = {}): Host => {
	const machine = fakeMachine(files);
	const {meanwhile, environment: changed, ...others} = parts;
	return {
		...machine,
		platform: 'linux',
		wait: async (milliseconds) => {
			machine.advance(milliseconds);
			meanwhile?.(machine);
		},
		sleep: machine.advance,
		historyFolder: '/home/me/.local/share/benchtop',
		freeBytes: () => 50 * 2 ** 30,
		running: [],
		nodeOptions: [],
		...others,
		environment: {...fakeEnvironment, ...changed},
	};
};

/** The only thing that a check finds on a host. */
export const onlyFinding = async (check: Check, host: Host): Promise<Finding> => {
	const findings = await check.run(host);
	const [finding] = findings;
	if (finding === undefined || findings.length > 1) throw new Error(`${check.name} found ${findings.length} things.`);
	return finding;
};
