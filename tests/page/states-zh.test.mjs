// Every state of the page in Chinese.
import { everyState } from "./every-state.mjs";

everyState("zh-CN");
