// Light, dark, or as the system says.

import { Store } from "../store";

type Theme = "system" | "light" | "dark";
const place = "tenure.theme";
const order: readonly Theme[] = ["system", "light", "dark"];

function read(): Theme {
  const kept = localStorage.getItem(place);
  return order.find((one) => one === kept) ?? "system";
}

export const theme = new Store<Theme>(read());

export function showTheme(): void {
  const now = theme.get();
  if (now === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = now;
  // Charts are drawn with colours of their own and have to be drawn again.
  document.dispatchEvent(new Event("themechange"));
}

export function nextTheme(): void {
  const next = order[(order.indexOf(theme.get()) + 1) % order.length] ?? "system";
  localStorage.setItem(place, next);
  theme.set(next);
  showTheme();
}
