// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright The Sparkbox Authors
// Every endpoint of /open_api/v1.3 against the shapes of TikTok API for Business.
import { Sandbox, equal, ok, runAll, sleep, test } from './harness.mjs';

const sandbox = await Sandbox.start();
const free = await sandbox.freeVideos();
const back = 'http://127.0.0.1:9/back';
const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const digits = /^\d{1,32}$/;

const makeApp = (...options) => {
  const id = sandbox.command('sandbox', 'app', 'add', 'Tool', '--redirect', back, ...options);

  return { id, secret: sandbox.command('sandbox', 'app', 'secret', id) };
};
const app = makeApp('--level', 'ultimate');
const acme = sandbox.command('advertiser', 'add', 'Acme');
const nord = sandbox.command('advertiser', 'add', 'Nord');
const token = sandbox.command('advertiser', 'token', acme);

// What must be there, by name: a pattern for a string, a type, null, or a shape within.
function shape(value, expected, path = 'data') {
  if (expected instanceof RegExp) ok(typeof value === 'string' && expected.test(value),
    `${path} is ${JSON.stringify(value)}, not ${expected}`);
  else if (typeof expected === 'string') ok(typeof value === expected,
    `${path} is ${JSON.stringify(value)}, not a ${expected}`);
  else if (expected === null) ok(value === null, `${path} is ${JSON.stringify(value)}, not null`);
  else if (Array.isArray(expected)) {
    ok(Array.isArray(value) && value.length > 0, `${path} is not a filled array`);
    for (const [index, item] of (value ?? []).entries())
      shape(item, expected[0], `${path}[${index}]`);
  } else for (const [name, within] of Object.entries(expected))
    if (value === null || typeof value !== 'object' || !(name in value))
      ok(false, `${path}.${name} is missing`);
    else shape(value[name], within, `${path}.${name}`);
}

const get = (path, values = {}, as = token) => sandbox.patient('GET', path,
  { advertiser_id: acme, ...values }, as);
const post = (path, values = {}, as = token) => sandbox.patient('POST', path,
  { advertiser_id: acme, ...values }, as);
const plain = (path, values) => sandbox.patient('POST', path, values);

async function refused(answer, code, text = /./) {
  const { status, type, ...body } = await answer;

  equal([status, type, body.code, body.data], [200, 'application/json', code, {}], 'refusal');
  ok(text.test(body.message), `"${body.message}" does not say ${text}`);
}

async function good(answer, expected) {
  const { status, type, code, message, request_id: id, data } = await answer;

  equal([status, type, code, message], [200, 'application/json', 0, 'OK'], 'answer');
  ok(/^\d{14}[0-9A-F]{20}$/.test(id), `request_id ${id}`);
  if (expected !== undefined) shape(data, expected);
  return data;
}

const page = { page: 'number', page_size: 'number', total_number: 'number', total_page: 'number' };

// --- transport ---

test('addresses and methods', async () => {
  const without = await fetch(`${sandbox.url}/open_api/v1.3/tt_video/list?advertiser_id=${acme}`);

  equal([without.status, await without.text()], [404, '404 page not found']);
  equal((await fetch(`${sandbox.url}/open_api/v1.3/nothing/`)).status, 404);
  await refused(post('tt_video/list/'), 40117);
});

test('tokens', async () => {
  await refused(sandbox.patient('GET', 'tt_video/list/', { advertiser_id: acme }), 40104,
    /Access token is null/);
  await refused(get('tt_video/list/', {}, 'wrong'), 40105, /incorrect or has been revoked/);
  await refused(get('tt_video/list/', { advertiser_id: nord }), 40001);
  await refused(sandbox.patient('GET', 'tt_video/list/', {}, token), 40002,
    /Missing required field\(s\): advertiser_id/);
});

test('values in a query', async () => {
  const list = (query) => fetch(`${sandbox.url}/open_api/v1.3/tt_video/list/?${query}`,
    { headers: { 'Access-Token': token } }).then((answer) => answer.json());

  // As Python's client writes it: spaces within, as a plus.
  equal((await list(`advertiser_id=${acme}&item_types=%5B%22VIDEO%22,+%22CAROUSEL%22%5D`)).code, 0);
  equal((await list(`advertiser_id=${acme}&item_types=VIDEO`)).code, 40002);
  equal((await list(`advertiser_id=${acme}&page_size=51`)).code, 40002);
  equal((await list(`advertiser_id=${acme}&page=one`)).code, 40002);
  equal((await list(`advertiser_id=${acme}&keyword=${'x'.repeat(501)}`)).code, 40002);
});

test('bodies', async () => {
  const send = (body) => fetch(`${sandbox.url}/open_api/v1.3/campaign/create/`, { method: 'POST',
    headers: { 'Access-Token': token, 'Content-Type': 'application/json' }, body })
    .then((answer) => answer.json());

  for (const body of ['', '[]', '{', '{"advertiser_id":{}}', `${'['.repeat(200)}`])
    equal((await send(body)).code, 40002, body.slice(0, 20));
});

// --- oauth2, advertiser ---

test('oauth2', async () => {
  const code = sandbox.command('sandbox', 'code', app.id, '--advertiser', acme, '--advertiser',
    nord);
  const exchange = (values) => plain('oauth2/access_token/',
    { app_id: app.id, secret: app.secret, auth_code: code, ...values });

  await refused(exchange({ secret: 'wrong' }), 40101);
  await refused(exchange({ auth_code: 'wrong' }), 40101);
  await refused(exchange({ auth_code: undefined }), 40002, /Missing.*auth_code/);
  const data = await good(exchange(), { access_token: /./, advertiser_ids: [digits],
    scope: ['number'] });
  equal(data.advertiser_ids, [acme, nord]);
  await refused(exchange(), 40110);

  const values = { app_id: app.id, secret: app.secret };
  await good(sandbox.patient('GET', 'oauth2/advertiser/get/', values, data.access_token),
    { list: [{ advertiser_id: digits, advertiser_name: 'string' }] });
  const other = makeApp();
  await refused(sandbox.patient('GET', 'oauth2/advertiser/get/',
    { app_id: other.id, secret: other.secret }, data.access_token), 40113);
  await refused(plain('oauth2/revoke_token/', { app_id: other.id, secret: other.secret,
    access_token: data.access_token }), 40105);
  // What was right a moment ago is asked for again where it is written.
  const redeem = () => sandbox.patient('POST', 'tt_video/authorize/',
    { advertiser_id: nord, auth_code: 'x'.repeat(65) }, data.access_token);
  await refused(redeem(), 40002);
  await refused(redeem(), 40002);
  equal(await good(plain('oauth2/revoke_token/', { ...values, access_token: data.access_token })),
    {});
  await refused(redeem(), 40105, /incorrect or has been revoked/);
  await refused(redeem(), 40105);
  await refused(get('tt_video/list/', {}, data.access_token), 40105);
});

test('advertiser/info', async () => {
  const data = await good(get('advertiser/info/', { advertiser_ids: [acme] }), { list: [{
    advertiser_id: digits, name: 'string', company: 'string', status: /^STATUS_ENABLE$/,
    role: 'string', currency: 'string', timezone: 'string', create_time: 'number' }] });
  equal(data.list[0].name, 'Acme');
  equal((await good(get('advertiser/info/', { advertiser_ids: [acme], fields: ['name'] }))).list,
    [{ name: 'Acme' }]);
  await refused(get('advertiser/info/', { advertiser_ids: [nord] }), 40001);
  await refused(get('advertiser/info/', { advertiser_ids: [acme], fields: ['nothing'] }), 40002);
});

// --- tt_video, identity ---

const video = free.shift();
const second = free.shift();
const code = (await sandbox.makeCode(video, 60)).code;
const secondCode = (await sandbox.makeCode(second, 30)).code;
const itemInfo = { auth_code: /^#Sparkbox[A-Za-z0-9+/]+=*$/, item_id: digits, item_type: /^VIDEO$/,
  text: 'string', status: /^HESITATE_RECOMMEND$/, carousel_info: null, anchor_list: null };
const userInfo = { tiktok_name: 'string', identity_id: 'string', identity_type: /^AUTH_CODE$/ };
const videoInfo = { duration: 'number', poster_url: 'string', preview_url: 'string' };
const avatar = /^http:\/\/127\.0\.0\.1:\d+\/avatar\/\d+\?signature=[\w-]+$/;
const poster = /^http:\/\/127\.0\.0\.1:\d+\/cover\/[\w-]+$/;
let identity;

test('tt_video', async () => {
  await good(get('tt_video/info/', { auth_code: code }), {
    auth_info: { auth_start_time: time, auth_end_time: time },
    item_info: { ...itemInfo, stitch_original_item_id: /^0$/, duet_original_item_id: /^0$/,
      is_multi_duet_stitch: 'boolean' },
    user_info: userInfo, video_info: videoInfo });
  await refused(get('tt_video/info/', { auth_code: '#no' }), 40002, /auth_code_format_error/);
  await refused(post('tt_video/authorize/', { auth_code: `${code.slice(0, -5)}AAAA=` }), 40002,
    /auth_code_not_found/);
  for (const each of [code, secondCode, secondCode])
    equal(await good(post('tt_video/authorize/', { auth_code: each })), {});
  const data = await good(get('tt_video/list/', { page_size: 1, page: 2 }), { list: [{
    item_info: itemInfo, user_info: userInfo, video_info: videoInfo,
    auth_info: { invite_start_time: time, auth_start_time: time, auth_end_time: time,
      ad_auth_status: /^AUTHORIZED$/ } }], page_info: page });
  equal(data.page_info, { page: 2, page_size: 1, total_number: 2, total_page: 2 });
  identity = data.list[0].user_info.identity_id;
  equal((await good(get('tt_video/list/', { keyword: video.item_id }))).page_info.total_number, 1);
  equal((await good(get('tt_video/list/', { item_types: ['CAROUSEL'] }))).list, []);
});

test('a poster is a picture, for whoever was given its address', async () => {
  const pictures = [];

  for (const shown of [await good(get('tt_video/info/', { auth_code: code })),
    ...(await good(get('tt_video/list/', {}))).list]) {
    const url = shown.video_info.poster_url;
    ok(poster.test(url) && url.startsWith(`${sandbox.url}/`), url);
    ok(!url.includes(shown.item_info.item_id), 'it names no video');
    const answered = await fetch(url);
    equal([answered.status, answered.headers.get('Content-Type')], [200, 'image/png']);
    const bytes = Buffer.from(await answered.arrayBuffer());
    equal([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [270, 480], 'its size');
    ok(bytes.length < 1 << 18, `${bytes.length} bytes`);
    pictures.push(bytes.toString('base64'));
  }
  ok(new Set(pictures).size > 1, 'each video has its own');
  const { video_info: { poster_url: url } } = await good(get('tt_video/info/', { auth_code: code }));
  const changed = url.slice(0, -1) + (url.endsWith('A') ? 'B' : 'A');
  for (const other of [changed, url.slice(0, -8), `${sandbox.url}/cover/${video.id}`])
    equal((await fetch(other)).status, 404);
});

test('a duet needs the original’s code', async () => {
  const { body } = await sandbox.creator('GET', `/v1/videos?account=${sandbox.account}&limit=100`);
  const duet = body.items.find((one) => one.eligible && one.authorization.state === 'off'
    && (one.blockers.includes('duet') || one.blockers.includes('stitch')));

  if (duet === undefined) return ok(false, 'the sample has no duet');
  const duetCode = (await sandbox.makeCode(duet, 7)).code;
  await refused(post('tt_video/authorize/', { auth_code: duetCode }), 40002,
    /original_post_auth_code/);
  await refused(post('tt_video/authorize/', { auth_code: duetCode,
    original_post_auth_code: `${code.slice(0, -5)}AAAA=` }), 40002, /auth_code_not_found/);
  await good(post('tt_video/authorize/', { auth_code: duetCode, original_post_auth_code: code }));
  await good(post('tt_video/unbind/', { item_id: duet.item_id }));
});

test('identity', async () => {
  await good(get('identity/get/', { identity_type: 'AUTH_CODE' }), { identity_list: [{
    identity_id: 'string', identity_type: /^AUTH_CODE$/, identity_authorized_bc_id: null,
    display_name: 'string', username: 'string', profile_image: 'string',
    can_push_video: 'boolean', can_pull_video: 'boolean', can_use_live_ads: 'boolean',
    can_manage_message: 'boolean' }], page_info: page });
  equal((await good(get('identity/get/', { identity_type: 'TT_USER' }))).identity_list, []);
  await refused(get('identity/get/', { identity_type: 'NOBODY' }), 40002);

  const values = { identity_id: identity, identity_type: 'AUTH_CODE' };
  const post1 = { item_id: digits, item_type: /^VIDEO$/, text: 'string',
    status: /^ITEM_STATUS_HESITATE_RECOMMEND$/, anchor_list: null, carousel_info: null,
    auth_info: { ad_auth_status: /^AUTHORIZED$/, auth_start_time: time, auth_end_time: time,
      invite_start_time: time }, video_info: { url: 'string', poster_url: poster } };
  const first = await good(get('identity/video/get/', { ...values, count: 1 }),
    { cursor: 'string', has_more: 'boolean', video_list: [post1] });
  const next = await good(get('identity/video/get/', { ...values, count: 1, cursor: first.cursor }));
  equal([first.has_more, next.has_more], [true, false]);
  ok(first.video_list[0].item_id !== next.video_list[0].item_id, 'another post');
  await refused(get('identity/video/get/', { ...values, identity_id: 'another' }), 40007);

  await good(get('identity/video/info/', { ...values, item_id: video.item_id }),
    { video_detail: post1 });
  equal((await good(get('identity/video/info/', { ...values,
    item_ids: [second.item_id, video.item_id] }))).video_details.map((one) => one.item_id),
  [second.item_id, video.item_id]);
  await refused(get('identity/video/info/', values), 40002, /item_id/);
  await refused(get('identity/video/info/', { ...values, item_id: '1' }), 40007);
});

// --- campaigns, ad groups, ads ---

const campaignValues = { campaign_name: 'Spring', objective_type: 'TRAFFIC',
  budget_mode: 'BUDGET_MODE_DAY', budget: 100.5 };
const adgroupValues = (campaign_id) => ({ campaign_id, adgroup_name: 'Everybody',
  promotion_type: 'WEBSITE', placement_type: 'PLACEMENT_TYPE_NORMAL',
  placements: ['PLACEMENT_TIKTOK'], location_ids: ['6252001'], budget_mode: 'BUDGET_MODE_DAY',
  budget: 50, schedule_type: 'SCHEDULE_FROM_NOW', schedule_start_time: '2026-01-01 00:00:00',
  optimization_goal: 'CLICK', bid_type: 'BID_TYPE_NO_BID', billing_event: 'CPC',
  pacing: 'PACING_MODE_SMOOTH' });
const creative = (values) => ({ identity_type: 'AUTH_CODE', identity_id: identity,
  tiktok_item_id: video.item_id, ...values });
let campaign, adgroup, ads;

test('campaign', async () => {
  const expected = { campaign_id: digits, campaign_name: 'string', advertiser_id: digits,
    objective_type: /^TRAFFIC$/, budget_mode: /^BUDGET_MODE_DAY$/, budget: 'number',
    operation_status: /^ENABLE$/, secondary_status: /^CAMPAIGN_STATUS_ENABLE$/, create_time: time,
    modify_time: time, is_new_structure: 'boolean', campaign_type: /^REGULAR_CAMPAIGN$/,
    is_smart_performance_campaign: 'boolean', deep_bid_type: null };
  const data = await good(post('campaign/create/', campaignValues), expected);
  campaign = data.campaign_id;
  equal(data.budget, 100.5);
  await refused(post('campaign/create/', campaignValues), 40002, /already exists/);
  const other = (await good(post('campaign/create/',
    { ...campaignValues, campaign_name: 'Other' }))).campaign_id;
  await refused(post('campaign/create/', { ...campaignValues, campaign_name: 'z',
    special_industries: ['x'.repeat(129)] }), 40002, /special_industries: An item is too long/);
  await refused(post('campaign/create/', { campaign_name: 'x' }), 40002,
    /objective_type, budget_mode/);
  await refused(post('campaign/create/', { ...campaignValues, objective_type: 'WISH' }), 40002,
    /objective_type/);
  await refused(post('campaign/create/', { ...campaignValues, campaign_name: 'y', budget: 0 }),
    40002, /budget/);

  await good(get('campaign/get/'), { list: [expected], page_info: page });
  equal((await good(get('campaign/get/', { filtering: { campaign_ids: [campaign] },
    fields: ['campaign_id', 'advertiser_id'] }))).list,
  [{ advertiser_id: acme, campaign_id: campaign }]);

  const status = await good(post('campaign/status/update/', { campaign_ids: [other],
    operation_status: 'DELETE' }), { campaign_ids: [digits], status: /^DELETE$/,
    campaign_list: [{ campaign_id: digits, status: /^DELETE$/ }] });
  equal(status.campaign_ids, [other]);
  equal((await good(get('campaign/get/'))).page_info.total_number, 1, 'deleted ones hide');
  equal((await good(get('campaign/get/', { filtering: { primary_status: 'STATUS_ALL' } })))
    .page_info.total_number, 2);
  const partly = await post('campaign/status/update/', { campaign_ids: [campaign, other],
    operation_status: 'DISABLE' });
  equal([partly.code, partly.data.campaign_ids], [20001, [campaign]]);
  ok(/Partial success/.test(partly.message), partly.message);
  await good(post('campaign/status/update/', { campaign_ids: [campaign],
    operation_status: 'ENABLE' }));
  await refused(post('campaign/status/update/', { campaign_ids: ['1'],
    operation_status: 'ENABLE' }), 40007);
});

test('adgroup', async () => {
  const expected = { adgroup_id: digits, adgroup_name: 'string', campaign_id: digits,
    campaign_name: /^Spring$/, budget: 'number', operation_status: /^ENABLE$/,
    secondary_status: /^ADGROUP_STATUS_DELIVERY_OK$/, schedule_start_time: time,
    schedule_end_time: null, create_time: time, modify_time: time, location_ids: [digits],
    placements: ['string'], optimization_goal: /^CLICK$/ };
  const data = await good(post('adgroup/create/', adgroupValues(campaign)), expected);
  adgroup = data.adgroup_id;
  await good(get('adgroup/get/', { filtering: { campaign_ids: [campaign] } }),
    { list: [expected], page_info: page });
  await refused(post('adgroup/create/', adgroupValues('1')), 40007);
  await refused(post('adgroup/create/', { ...adgroupValues(campaign),
    schedule_type: 'SCHEDULE_START_END', schedule_end_time: '2025-01-01 00:00:00' }), 40002,
  /schedule_end_time/);
  await refused(post('adgroup/create/', { ...adgroupValues(campaign),
    schedule_start_time: 'tomorrow' }), 40002, /YYYY-MM-DD/);
});

test('a list has a size', async () => {
  const large = sandbox.command('advertiser', 'add', 'Large');
  const auth_code = sandbox.command('sandbox', 'code', app.id, '--advertiser', large);
  const { access_token: many } = await good(plain('oauth2/access_token/', { app_id: app.id,
    secret: app.secret, auth_code }));
  const its = (method, path, values) => sandbox.patient(method, path,
    { ...values, advertiser_id: large }, many);
  const { campaign_id: parent } = await good(its('POST', 'campaign/create/', {
    campaign_name: 'Everywhere', objective_type: 'REACH', budget_mode: 'BUDGET_MODE_INFINITE' }));
  const location_ids = Array.from({ length: 3000 }, (_, index) => String(1e16 + index));

  for (let i = 0; i < 72; i += 18)
    await Promise.all(Array.from({ length: 18 }, () => its('POST', 'adgroup/create/',
      { ...adgroupValues(parent), location_ids }).then((answer) => good(answer))));
  await refused(its('GET', 'adgroup/get/', { page_size: 1000 }), 40002, /page_size: .* 4 MB/);
  const few = await good(its('GET', 'adgroup/get/', { page_size: 20, page: 4 }));
  equal([few.list.length, few.page_info.total_number], [12, 72]);
  const short = await good(its('GET', 'adgroup/get/', { page_size: 1000, fields: ['adgroup_id'] }));
  equal(short.list.length, 72);
});

test('ad', async () => {
  const expected = { ad_id: digits, ad_name: 'string', advertiser_id: digits, campaign_id: digits,
    campaign_name: 'string', adgroup_id: digits, adgroup_name: 'string', ad_format: /^SINGLE_VIDEO$/,
    identity_type: /^AUTH_CODE$/, identity_id: 'string', tiktok_item_id: digits,
    operation_status: /^ENABLE$/, promotional_music_disabled: 'boolean', video_id: null,
    ad_text: /^$/, create_time: time, modify_time: time };
  const data = await good(post('ad/create/', { adgroup_id: adgroup, creatives: [
    creative({ ad_name: 'One', dark_post_status: 'OFF' }), creative({ ad_name: 'Two' })] }),
  { ad_ids: [digits], need_audit: 'boolean', creatives: [expected] });
  ads = data.ad_ids;
  equal(data.creatives.map((one) => one.dark_post_status), ['OFF', 'ON'], 'the default is ON');
  await good(get('ad/get/', { filtering: { ad_ids: ads } }), { list: [{ ...expected,
    secondary_status: /^AD_STATUS_DELIVERY_OK$/ }], page_info: page });

  // One that is wrong leaves none behind.
  await refused(post('ad/create/', { adgroup_id: adgroup, creatives: [creative(),
    creative({ tiktok_item_id: '7000000000000000001' })] }), 40002, /auth_code_not_found/);
  equal((await good(get('ad/get/'))).page_info.total_number, 2);
  await refused(post('ad/create/', { adgroup_id: adgroup, creatives: [
    creative({ identity_type: 'CUSTOMIZED_USER' })] }), 40002, /identity_type/);
  await refused(post('ad/create/', { adgroup_id: adgroup, creatives: [
    creative({ ad_text: 'Buy' })] }), 40002, /ad_text/);
  await refused(post('ad/create/', { adgroup_id: adgroup, creatives: Array(21).fill(creative()) }),
    40011);
  await refused(post('ad/create/', { adgroup_id: adgroup, creatives: Array(19).fill(creative()) }),
    40502);

  const off = await good(post('ad/status/update/', { ad_ids: [ads[1]],
    operation_status: 'DISABLE' }));
  equal(off, { ad_ids: [ads[1]], status: 'DISABLE' });
  const listed = await good(get('ad/get/', { filtering: { primary_status: 'STATUS_DISABLE' },
    fields: ['ad_id', 'secondary_status'] }));
  equal(listed.list, [{ ad_id: ads[1], secondary_status: 'AD_STATUS_DISABLE' }]);
});

test('report', async () => {
  sandbox.command('sandbox', 'deliver', '--hours', '24', '--advertiser', acme, '--seed', '7');
  const today = new Date().toISOString().slice(0, 10);
  const values = { report_type: 'BASIC', data_level: 'AUCTION_AD',
    dimensions: ['ad_id', 'stat_time_day'], start_date: today, end_date: today,
    metrics: ['spend', 'impressions', 'reach', 'clicks', 'ctr', 'cpc', 'cpm', 'likes', 'comments',
      'shares', 'follows', 'profile_visits', 'profile_visits_rate', 'video_play_actions',
      'video_watched_2s', 'video_watched_6s', 'video_views_p25', 'video_views_p50',
      'video_views_p75', 'video_views_p100', 'average_video_play', 'engagements', 'engaged_view',
      'paid_engaged_view', 'clicks_on_music_disc', 'duet_clicks', 'stitch_clicks',
      'sound_usage_clicks', 'anchor_clicks', 'ad_name', 'campaign_name'] };
  const number = /^\d+(\.\d\d)?$/;
  const data = await good(get('report/integrated/get/', values), { list: [{
    dimensions: { ad_id: digits, stat_time_day: / 00:00:00$/ },
    metrics: { ...Object.fromEntries(values.metrics.map((name) => [name, number])),
      ad_name: /^One$/, campaign_name: /^Spring$/ } }], page_info: page });
  equal(data.list.length, 1, 'a disabled ad brings nothing');
  const filtered = async (...filtering) => (await good(get('report/integrated/get/', { ...values,
    filtering: filtering.map(([field_name, ids]) =>
      ({ field_name, filter_type: 'IN', filter_value: JSON.stringify(ids) })) }))).list.length;
  const { ad_id } = data.list[0].dimensions;
  equal(await filtered(['ad_ids', ['1', ad_id]], ['campaign_ids', [campaign]]), 1);
  equal(await filtered(['ad_ids', [ad_id]], ['campaign_ids', ['1']]), 0);
  equal(await filtered(['ad_ids', { ad_id }]), 0);
  equal(await filtered(['ad_ids', []]), 0);
  const { metrics } = data.list[0];
  ok(Number(metrics.spend) > 0 && Number(metrics.spend) <= 50, `${metrics.spend} of 50`);
  ok(Math.abs(Number(metrics.ctr) - Number(metrics.clicks) / Number(metrics.impressions) * 100)
    < 0.01, 'ctr');

  // Once the budget of the day is spent, more hours bring nothing.
  sandbox.command('sandbox', 'deliver', '--hours', '72', '--advertiser', acme);
  const spent = (await good(get('report/integrated/get/', { ...values, metrics: ['spend'],
    data_level: 'AUCTION_CAMPAIGN', dimensions: ['campaign_id'], enable_total_metrics: true })));
  ok(Number(spent.list[0].metrics.spend) <= 50, `${spent.list[0].metrics.spend} of 50`);
  equal(spent.list[0].dimensions, { campaign_id: campaign });
  equal(spent.total_metrics, spent.list[0].metrics);

  const life = { ...values, dimensions: ['ad_id'], query_lifetime: true, start_date: undefined,
    end_date: undefined };
  equal((await good(get('report/integrated/get/', JSON.parse(JSON.stringify(life))))).list.length, 1);
  await refused(get('report/integrated/get/', { ...values, metrics: ['luck'] }), 40002, /luck/);
  await refused(get('report/integrated/get/', { ...values, start_date: '2020-01-01' }), 40002,
    /30 days/);
  await refused(get('report/integrated/get/', { ...values, data_level: 'AUCTION_CAMPAIGN' }),
    40002, /ad_id/);
});

// --- the creator ---

let creator;
const own = (method, path, values = {}) => sandbox.patient(method, path,
  { business_id: creator.open_id, ...values }, creator.access_token);

test('tt_user', async () => {
  const values = { client_id: app.id, client_secret: app.secret };
  const exchange = (more) => plain('tt_user/oauth2/token/', { ...values,
    grant_type: 'authorization_code', redirect_uri: back,
    auth_code: sandbox.command('sandbox', 'code', app.id, '--account', sandbox.account), ...more });
  const expected = { access_token: /^act\./, token_type: /^Bearer$/, scope: /biz\.spark\.auth/,
    expires_in: 'number', refresh_token: /^rft\./, refresh_token_expires_in: 'number',
    open_id: 'string' };

  await refused(exchange({ grant_type: 'password' }), 40108);
  await refused(exchange({ redirect_uri: 'http://elsewhere/' }), 40101);
  const first = await good(exchange(), expected);
  equal([first.expires_in, first.refresh_token_expires_in], [86400, 31536000]);

  await sleep(1100);
  const refresh = (refresh_token) => plain('tt_user/oauth2/refresh_token/', { ...values,
    grant_type: 'refresh_token', refresh_token });
  creator = await good(refresh(first.refresh_token), expected);
  ok(creator.refresh_token_expires_in < 31536000, 'the year goes on counting');
  equal(creator.open_id, first.open_id);
  await refused(refresh(first.refresh_token), 40107);

  const info = await good(plain('tt_user/token_info/get/', { app_id: app.id,
    access_token: creator.access_token }), { app_id: digits, scope: 'string' });
  equal(info.creator_id, creator.open_id);

  const other = await good(exchange());
  await good(plain('tt_user/oauth2/revoke/', { ...values, access_token: other.access_token }));
  await refused(plain('tt_user/token_info/get/', { app_id: app.id,
    access_token: other.access_token }), 40105);
  await refused(refresh(other.refresh_token), 40107);
});

test('business/get', async () => {
  const { profile_image: url } = await good(own('GET', 'business/get/'),
    { display_name: 'string', profile_image: avatar });
  const { profile_image: again } = await good(own('GET', 'business/get/'));
  ok(url !== again && url.split('?')[0] === again.split('?')[0], 'signed each time');
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
  equal([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [270, 270], 'its size');
  for (const other of [url.slice(0, -8), url.split('?')[0], url.replace('/avatar/', '/avatar/9')])
    equal((await fetch(other)).status, 404);
  const data = await good(own('GET', 'business/get/', { fields: ['username', 'followers_count',
    'total_likes', 'videos_count', 'is_verified'] }), { username: 'string',
    followers_count: 'number', total_likes: 'number', videos_count: 'number' });
  equal(data.videos_count, 60);
  await refused(sandbox.patient('GET', 'business/get/', { business_id: 'another' },
    creator.access_token), 40001);
  await refused(sandbox.patient('GET', 'business/get/', { business_id: creator.open_id }, token),
    40105);
});

test('business/video/list', async () => {
  const fields = ['item_id', 'media_type', 'is_ad', 'caption', 'create_time', 'share_url', 'likes',
    'comments', 'shares', 'video_views', 'video_duration'];
  const first = await good(own('GET', 'business/video/list/', { fields, max_count: 20 }), {
    videos: [{ item_id: digits, media_type: /^VIDEO$/, is_ad: 'boolean', caption: 'string',
      create_time: digits, share_url: 'string', likes: 'number', video_views: 'number' }],
    cursor: 'number', has_more: 'boolean' });
  const seen = new Set(first.videos.map((one) => one.item_id));
  let cursor = first.cursor, more = first.has_more;
  while (more) {
    const next = await good(own('GET', 'business/video/list/', { max_count: 20, cursor }));
    for (const one of next.videos) seen.add(one.item_id);
    ({ cursor, has_more: more } = next);
  }
  equal(seen.size, 60, 'all of them, page by page');

  // Of one second, so that each page ends among them.
  const made = [...Array(5).keys()].map((n) => String((1500000000n << 32n) + BigInt(n + 1)));
  for (const item of made)
    equal((await sandbox.creator('POST', '/v1/videos', { account: sandbox.account,
      url: `https://www.tiktok.com/@lena/video/${item}` })).status, 201);
  const found = [];
  for (cursor = 1500000001000, more = true; more;) {
    const next = await good(own('GET', 'business/video/list/', { max_count: 2, cursor }));
    found.push(...next.videos.map((one) => one.item_id).filter((item) => made.includes(item)));
    ({ cursor, has_more: more } = next);
  }
  equal(found, made.toReversed(), 'each once');
  const filtered = await good(own('GET', 'business/video/list/', { fields: ['item_id', 'is_ad'],
    filters: { video_ids: [video.item_id, free[0].item_id, '1'], ad_post_only: true } }));
  equal(filtered.videos, [{ item_id: video.item_id, is_ad: true }]);
  await refused(own('GET', 'business/video/list/', { filters: { ad_post_only: true } }), 40002);
});

test('business/post/authorize', async () => {
  const item_id = free.shift().item_id;
  const expected = { item_id: digits, auth_code: /^#Sparkbox/, auth_code_start_time: time,
    auth_code_end_time: time, authorization_days: 'number' };
  const status = () => own('GET', 'business/post/authorize/status/', { item_id });

  await refused(status(), 40002, /no authorization code/);
  await refused(own('POST', 'business/post/authorize/', { item_id, authorization_days: 30 }), 40002,
    /Turn on/);
  await refused(own('POST', 'business/post/authorize/setting/', { item_id, is_ad_promotable: true,
    authorization_days: 31 }), 40002);
  const made = await good(own('POST', 'business/post/authorize/setting/', { item_id,
    is_ad_promotable: true }), expected);
  equal(made.authorization_days, 30, 'the default');
  equal((await good(own('POST', 'business/post/authorize/setting/', { item_id,
    is_ad_promotable: true, authorization_days: 365 }))).auth_code, made.auth_code);
  const extended = await good(own('POST', 'business/post/authorize/', { item_id,
    authorization_days: 7 }), expected);
  equal([extended.auth_code, extended.authorization_days, extended.auth_code_start_time],
    [made.auth_code, 37, made.auth_code_start_time]);
  equal(Date.parse(`${extended.auth_code_end_time}Z`) - Date.parse(`${made.auth_code_start_time}Z`),
    37 * 86400000);

  equal((await good(status(), expected)).auth_code_status, 'NOT_USED');
  await good(post('tt_video/authorize/', { auth_code: made.auth_code }));
  equal((await good(status())).auth_code_status, 'IN_USE');
  equal(await good(own('POST', 'business/post/authorize/delete/', { item_id })),
    { item_id, auth_code_status: 'DELETED' });
  await refused(own('POST', 'business/post/authorize/delete/', { item_id }), 40002);
  const again = await good(own('POST', 'business/post/authorize/', { item_id,
    authorization_days: 180 }), expected);
  ok(again.auth_code !== made.auth_code, 'a new code');
  equal(again.authorization_days, 180);
  equal(await good(own('POST', 'business/post/authorize/setting/', { item_id,
    is_ad_promotable: false })), {});
  await refused(status(), 40002);
  await refused(own('POST', 'business/post/authorize/setting/', { item_id: '1',
    is_ad_promotable: true }), 40007);

  // With or without the slash, where a client is known to leave it out.
  const bare = await fetch(`${sandbox.url}/open_api/v1.3/business/post/authorize/status?business_id=${
    creator.open_id}&item_id=${video.item_id}`, { headers: { 'Access-Token': creator.access_token } });
  equal((await bare.json()).data.auth_code, code);
});

test('a running ad holds the code', async () => {
  for (const [path, values] of [['delete/', {}], ['setting/', { is_ad_promotable: false }]])
    await refused(own('POST', `business/post/authorize/${path}`, { item_id: video.item_id,
      ...values }), 40002, /Ads are running/);
});

test('scope', async () => {
  const auth_code = sandbox.command('sandbox', 'code', app.id, '--account', sandbox.account,
    '--scope', 'user.info.basic');
  const { access_token: narrow, open_id: business_id } = await good(plain('tt_user/oauth2/token/',
    { client_id: app.id, client_secret: app.secret, grant_type: 'authorization_code', auth_code,
      redirect_uri: back }));
  const values = { business_id, item_id: video.item_id };

  await good(sandbox.patient('GET', 'business/get/', { business_id }, narrow));
  await refused(sandbox.patient('GET', 'business/post/authorize/status/', values, narrow), 40001,
    /biz\.spark\.auth/);
});

// --- the consent pages ---

const show = (path, values) => fetch(`${sandbox.url}${path}?${new URLSearchParams(values)}`);
const answer = (path, values) => fetch(`${sandbox.url}${path}`, { method: 'POST',
  body: new URLSearchParams(values), redirect: 'manual' });

test('portal/auth', async () => {
  const values = { app_id: app.id, redirect_uri: back, state: 'a b&c' };
  const shown = await show('/portal/auth', values);

  equal(shown.status, 200);
  ok(/<form class="card" method="post" action="\/portal\/auth">/.test(await shown.text()), 'a form');
  ok(/form-action 'self' http:\/\/127\.0\.0\.1:9$/.test(
    shown.headers.get('Content-Security-Policy')), 'a policy');
  equal((await show('/portal/auth', { ...values, redirect_uri: 'http://evil/' })).status, 400);
  equal((await show('/portal/auth', { ...values, app_id: '1' })).status, 400);
  equal((await answer('/portal/auth', { ...values, answer: 'yes', token: 'wrong' })).status, 400);
  const german = { headers: { 'Accept-Language': 'de' } };
  const evil = `/portal/auth?${new URLSearchParams({ ...values, redirect_uri: 'http://evil/' })}`;
  ok(/<p class="lead" role="alert">Die Adresse der App ist nicht die,/.test(
    await (await fetch(sandbox.url + evil, german)).text()), 'a refusal in German');
  ok(/<p class="problem" role="alert">Dieses Zugriffstoken gilt hier nicht/.test(
    await (await fetch(`${sandbox.url}/portal/auth`, { ...german, method: 'POST',
      body: new URLSearchParams({ ...values, answer: 'yes', token: 'wrong' }) })).text()),
  'a wrong token in German');

  const denied = new URL((await answer('/portal/auth', { ...values, answer: 'no' }))
    .headers.get('Location'));
  equal([denied.searchParams.get('error'), denied.searchParams.get('state')],
    ['access_denied', 'a b&c']);
  const allowed = await answer('/portal/auth', { ...values, answer: 'yes', token });
  equal(allowed.status, 303);
  const to = new URL(allowed.headers.get('Location'));
  equal([to.origin + to.pathname, to.searchParams.get('state')], [back, 'a b&c']);
  equal((await good(plain('oauth2/access_token/', { app_id: app.id, secret: app.secret,
    auth_code: to.searchParams.get('auth_code') }))).advertiser_ids, [acme]);
});

test('v2/auth/authorize', async () => {
  const values = { client_key: app.id, redirect_uri: back, state: 's', response_type: 'code',
    scope: 'user.info.basic,biz.spark.auth' };
  const viewer = sandbox.command('token', 'create', sandbox.account, '--role', 'view');

  equal((await show('/v2/auth/authorize', values)).status, 200);
  equal((await show('/v2/auth/authorize/', { ...values, response_type: 'token' })).status, 400);
  equal((await answer('/v2/auth/authorize', { ...values, answer: 'yes', token: viewer })).status,
    400, 'only the owner');
  const allowed = new URL((await answer('/v2/auth/authorize', { ...values, answer: 'yes',
    token: sandbox.token })).headers.get('Location'));
  equal(allowed.searchParams.get('scopes'), values.scope);
  const data = await good(plain('tt_user/oauth2/token/', { client_id: app.id,
    client_secret: app.secret, grant_type: 'authorization_code', redirect_uri: back,
    auth_code: allowed.searchParams.get('code') }));
  equal([data.scope, data.open_id], [values.scope, creator.open_id]);
});

// --- limits, faults, choices ---

const fault = (...words) => sandbox.command('sandbox', 'fault', ...words);
const choose = (...words) => sandbox.command('sandbox', 'set', ...words);

test('faults', async () => {
  const list = () => sandbox.open('GET', 'tt_video/list/', { advertiser_id: acme }, token);
  const change = () => sandbox.open('POST', 'campaign/status/update/',
    { advertiser_id: acme, campaign_ids: [campaign], operation_status: 'ENABLE' }, token);

  await good(change());
  fault('throttle', '100');
  await refused(list(), 40100);
  await refused(change(), 40100, /retry in some time/);
  fault('throttle', '0');
  fault('errors', '100');
  await refused(list(), 50000);
  await refused(change(), 50000);
  fault('errors', '0');
  fault('expire-tokens', '1');
  await refused(list(), 40102);
  await refused(change(), 40102);
  await refused(own('GET', 'business/post/authorize/status/', { item_id: video.item_id }), 40102);
  fault('--clear');
  fault('latency', '400');
  const began = Date.now();
  await Promise.all([good(list()), good(post('campaign/status/update/', { campaign_ids: [campaign],
    operation_status: 'ENABLE' })), refused(get('tt_video/list/', { page: 0 }), 40002)]);
  ok(Date.now() - began >= 400, 'answers come later');
  fault('--clear');
  await good(list());

  const item_id = free.shift().item_id;
  fault('empty-replies', '1');
  equal(await good(own('POST', 'business/post/authorize/setting/', { item_id,
    is_ad_promotable: true })), {});
  equal(await good(own('POST', 'business/post/authorize/', { item_id })), {});
  equal((await good(own('GET', 'business/post/authorize/status/', { item_id })))
    .authorization_days, 60);
  fault('--clear');
});

test('choices', async () => {
  const one = free.shift();
  const { code: shared } = await sandbox.makeCode(one, 7);
  const nordToken = sandbox.command('advertiser', 'token', nord);
  const byNord = () => sandbox.patient('POST', 'tt_video/authorize/',
    { advertiser_id: nord, auth_code: shared }, nordToken);
  const status = () => own('GET', 'business/post/authorize/status/', { item_id: one.item_id });

  await good(post('tt_video/authorize/', { auth_code: shared }));
  choose('one-advertiser', '1');
  await refused(byNord(), 40002, /link_used/);
  choose('one-advertiser', '0');
  await good(byNord());

  equal((await good(status())).auth_code_status, 'IN_USE');
  choose('in-use-needs-ad', '1');
  equal((await good(status())).auth_code_status, 'NOT_USED');
  choose('in-use-needs-ad', '0');

  choose('max-days', '60');
  await refused(own('POST', 'business/post/authorize/', { item_id: one.item_id,
    authorization_days: 60 }), 40002, /60 days/);
  choose('max-days', '0');

  choose('review-seconds', '3600');
  const { ad_ids: [ad], need_audit: audit } = await good(post('ad/create/', { adgroup_id: adgroup,
    creatives: [creative({ tiktok_item_id: one.item_id })] }));
  choose('review-seconds', '0');
  equal(audit, true);
  equal((await good(get('ad/get/', { filtering: { ad_ids: [ad] }, fields: ['secondary_status'] })))
    .list, [{ secondary_status: 'AD_STATUS_AUDIT' }]);
  await good(post('tt_video/unbind/', { item_id: one.item_id }));
  equal((await good(get('ad/get/', { filtering: { ad_ids: [ad] }, fields: ['secondary_status'] })))
    .list, [{ secondary_status: 'AD_STATUS_ASSET_AUTHORIZATION_LOST' }]);
});

test('limits', async () => {
  const slow = makeApp();
  const auth_code = sandbox.command('sandbox', 'code', slow.id, '--advertiser', nord);
  const { access_token: limited } = await good(plain('oauth2/access_token/', { app_id: slow.id,
    secret: slow.secret, auth_code }));
  const list = () => sandbox.open('GET', 'tt_video/list/', { advertiser_id: nord }, limited);

  await sleep(1010 - Date.now() % 1000);
  const began = Math.floor(Date.now() / 1000);
  const codes = (await Promise.all(Array.from({ length: 40 }, list))).map((one) => one.code);
  const seconds = Math.floor(Date.now() / 1000) - began + 1;
  const passed = codes.filter((one) => one === 0).length;
  ok(passed >= 10 && passed <= 10 * seconds, `${passed} of 40 in ${seconds} s, ten a second`);
  ok(codes.every((one) => one === 0 || one === 40100), 'the others are told to come later');
  await sleep(1100);
  equal((await list()).code, 0, 'a second later');

  // An account holder's: 40 a minute for each endpoint, within one minute.
  if (Date.now() % 60000 > 50000) await sleep(60100 - Date.now() % 60000);
  const minute = [];
  for (let i = 0; i < 45; i++)
    minute.push((await sandbox.open('GET', 'business/get/', { business_id: creator.open_id },
      creator.access_token)).code);
  ok(minute.filter((one) => one === 0).length <= 40, 'no more than forty');
  equal(minute.at(-1), 40100);
  await good(own('GET', 'business/post/authorize/status/', { item_id: video.item_id }));
});

test('the ledger agrees with itself', () => {
  equal(sandbox.command('check'), '0 problems');
});

await runAll(() => sandbox.stop());
