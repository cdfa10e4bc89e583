export { runCampaign } from './run-campaign';
export { send } from './send';
