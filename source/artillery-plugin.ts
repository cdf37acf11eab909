// What Artillery loads when it is run by benchtop.
export {Plugin} from './engines/artillery/plugin.ts';
