import {spawnSync} from 'node:child_process';
import {engines} from '../../../source/engines/index.ts';
import {ab} from './ab.ts';
import {autocannon} from './autocannon.ts';
import {benchtop} from './benchtop.ts';
import {h2load} from './h2load.ts';
import {hey} from './hey.ts';
import {k6} from './k6.ts';
import {oha} from './oha.ts';
import type {Tool} from './tool.ts';
import {vegeta} from './vegeta.ts';
import {wrk} from './wrk.ts';

/** benchtop with its own engine: the one that every row must pass. */
export const own = benchtop('http', 'benchtop');

/** Every tool that can be asked, our own first. */
export const tools: readonly Tool[] = [
	...(engines.some(({name}) => name === 'http') ? [own] : []),
	benchtop('autocannon', 'benchtop --engine autocannon'),
	autocannon,
	wrk,
	hey,
	ab,
	h2load,
	k6,
	oha,
	vegeta,
];

/** Whether a tool is on this machine. */
export const isHere = ({program}: Tool): boolean =>
	spawnSync('sh', ['-c', 'command -v "$0"', program], {stdio: 'ignore'}).status === 0;
