import {fileURLToPath} from 'node:url';
import type {K6Plan} from '../../source/engines/k6/plan.ts';
import {k6Load} from '../../source/engines/k6/suite.ts';

const folder = fileURLToPath(new URL('../engines/k6/scripts', import.meta.url));

/** A plan for one of the test scripts, by its name. */
export const k6PlanOf = async (
	name: string,
	target: string,
	given: Omit<Parameters<typeof k6Load>[0], 'k6' | 'variables'> = {},
): Promise<K6Plan> => {
	const place = {folder, name, environment: {}};
	const {load} = await k6Load({...given, k6: `${name}.js`, variables: {TARGET: target}}, place);
	return load;
};
