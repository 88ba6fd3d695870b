import { render } from "preact";
import "uplot/dist/uPlot.min.css";
import "./style/base.css";
import "./style/parts.css";
import "./style/pages.css";
import "./style/narrow.css";
import "./style/print.css";
import { startLive } from "./api/live";
import { askSession } from "./api/session";
import { App } from "./app";
import { startKeys } from "./keys/keys";
import { showTheme } from "./parts/theme";
import { startRouter } from "./router";

showTheme();
startRouter();
startKeys();
// Before the first page, which would ask for what nobody may see yet.
void askSession().then(() => {
  startLive();
  const place = document.getElementById("app");
  if (place) render(<App />, place);
});
