import {isSecretName} from '../../core/secret.ts';
import type {ProcessPlan} from './process.ts';

/** A plan as it may be kept: of environment variables the names alone; the values of those that look secret are blotted out elsewhere. */
export const discloseProcess = <Plan extends ProcessPlan>({
	environment,
	...plan
}: Plan): {readonly plan: unknown; readonly secrets: readonly string[]} => ({
	plan: {...plan, ...(environment === undefined ? {} : {environment: Object.keys(environment).sort()})},
	secrets: Object.entries(environment ?? {}).flatMap(([name, value]) =>
		value !== '' && isSecretName(name) ? [value] : [],
	),
});
