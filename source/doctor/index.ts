import type {Check, Finding, Host} from './check.ts';
import {clockSource} from './clock-source.ts';
import {cores} from './cores.ts';
import {cpuQuota} from './cpu-quota.ts';
import {disk} from './disk.ts';
import {eventLoop} from './event-loop.ts';
import {governor} from './governor.ts';
import {load} from './load.ts';
import {memory} from './memory.ts';
import {nodeVersion} from './node-version.ts';
import {openFiles} from './open-files.ts';
import {ports} from './ports.ts';
import {power} from './power.ts';
import {running} from './running.ts';
import {sleep} from './sleep.ts';
import {smt} from './smt.ts';
import {steal} from './steal.ts';
import {swap} from './swap.ts';
import {thermal} from './thermal.ts';
import {timer} from './timer.ts';
import {turbo} from './turbo.ts';
import {virtualisation} from './virtualisation.ts';

/** Everything a host is looked at for, in the order it is told. A check is added by adding a file and a line here. */
export const checks: readonly Check[] = [
	running,
	load,
	steal,
	cpuQuota,
	cores,
	governor,
	turbo,
	smt,
	thermal,
	power,
	memory,
	swap,
	sleep,
	eventLoop,
	timer,
	clockSource,
	openFiles,
	ports,
	disk,
	virtualisation,
	nodeVersion,
];

/** A finding with the check that found it. */
export type Found = Finding & Pick<Check, 'why'> & {readonly check: string};

/** Looks at a host in every respect, for some three seconds: first what needs quiet, then the others at once. */
export const examine = async (host: Host, members: readonly Check[] = checks): Promise<readonly Found[]> => {
	const found = new Map<Check, readonly Finding[]>();
	const look = async (check: Check): Promise<void> => {
		found.set(check, await check.run(host));
	};
	for (const check of members.filter(({alone}) => alone === true)) await look(check);
	await Promise.all(members.filter(({alone}) => alone !== true).map(look));
	return members.flatMap((check) =>
		(found.get(check) ?? []).map((finding) => ({check: check.name, why: check.why, ...finding})),
	);
};
