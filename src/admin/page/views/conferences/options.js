/**
 * The room's options, as `conclave.conf` names them: those that people choose from here. Their words are in
 * `texts/en/options.js`: `option.NAME`, `option.NAME.help`, and `option.NAME.VALUE` for each choice.
 *
 * @typedef {object} Option
 * @property {string} name
 * @property {'check' | 'choice' | 'text' | 'number'} type
 * @property {string} usual what it is if nothing is set
 * @property {string[]} [choices]
 * @property {string} [yes] the choice that the word yes stands for
 * @property {string[]} [kinds] only for these
 * @property {boolean} [isProviders] only the provider may set it
 */

const check = (name, usual = 'no', more = {}) => ({ name, type: 'check', usual, ...more });
const choice = (name, choices, more = {}) => ({ name, type: 'choice', usual: choices[0], choices, ...more });
const text = (name, more = {}) => ({ name, type: 'text', usual: '', ...more });

/** @type {{name: string, icon: any, options: Option[]}[]} */
export const GROUPS = [
  {
    name: 'leaders', icon: 'person',
    options: [
      check('opener_leads', 'yes', { kinds: ['dynamic'] }),
      choice('wait_for_leader', ['no', 'once', 'always'], { yes: 'always' }),
      choice('end_with_leader', ['no', 'last', 'any'], { yes: 'last' }),
      text('leader_grace', { usual: '0s' }),
      check('lobby'),
    ],
  },
  {
    name: 'coming', icon: 'people',
    options: [
      choice('arrivals', ['tones', 'words', 'names', 'reviewed_names', 'nothing']),
      check('quiet'),
      check('hear_own_arrival', 'yes'),
      check('count_at_join'),
      text('count_to_all', { usual: 'no' }),
      check('only_person', 'yes'),
      choice('answer', ['at_once', 'when_it_begins', 'never']),
    ],
  },
  {
    name: 'members', icon: 'phone',
    options: [check('start_muted'), check('start_deaf'), check('pass_digits'), text('menu'), text('leader_menu'), text('leader_profile')],
  },
  {
    name: 'voices', icon: 'sound',
    options: [check('level'), check('denoise'), check('stereo', 'yes'), text('most_talkers', { usual: 'no' }), text('comfort_noise', { usual: 'no' })],
  },
  {
    name: 'sounds', icon: 'bolt',
    options: [text('language'), text('music'), text('announcement'), text('begin_sound')],
  },
  {
    name: 'recording', icon: 'record',
    options: [check('record'), check('record_tracks'), choice('record_format', ['wav', 'flac', 'opus']), text('record_file', { isProviders: true })],
  },
  {
    name: 'inviting', icon: 'send',
    options: [
      choice('invite', ['leaders', 'everybody', 'nobody']),
      text('invite_context', { isProviders: true }),
      text('invite_at_once', { usual: '5', isProviders: true }),
      text('invite_ring_time', { usual: '45s', isProviders: true }),
      check('invite_confirm', 'no', { isProviders: true }),
      text('invite_at_opening', { isProviders: true }),
    ],
  },
  {
    name: 'end', icon: 'clock',
    options: [text('early', { usual: '0s', kinds: ['scheduled'] }), text('warnings', { usual: '5m,1m' }), text('extend_by', { usual: '15m' })],
  },
];

/** All of them, by their names. */
export const OPTIONS = new Map(GROUPS.flatMap(({ options }) => options).map((option) => [option.name, option]));

/** What a setting says in the option's own words. @param {Option} option @param {string | undefined} value */
export function read(option, value) {
  if (value === undefined) return option.usual;
  if (option.type === 'text') return value;
  const word = { true: 'yes', on: 'yes', 1: 'yes', false: 'no', off: 'no', 0: 'no' }[value.toLowerCase()] ?? value;
  return word === 'yes' && option.yes ? option.yes : word;
}
