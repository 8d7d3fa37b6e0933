import { FileQuestion } from "lucide-react";
import { useEffect } from "react";
import { Link, Route, Switch } from "wouter";
import { listenForShortcuts } from "../commands/keyboard";
import { commands } from "../commands/registry";
import { CommandPalette } from "../palette/command-palette";
import { ShortcutSheet } from "../palette/shortcut-sheet";
import { StartPage } from "../start/start-page";
import { EmptyState } from "../ui/empty-state";
import { showPalette, showShortcuts, useLayout } from "../workspace/layout-store";
import { DataPage, GraphPage } from "./deferred-parts";
import { PlainPage } from "./plain-page";

export function App() {
  const palette = useLayout((layout) => layout.palette);
  const shortcuts = useLayout((layout) => layout.shortcuts);
  useEffect(() => listenForShortcuts(commands), []);
  return (
    <>
      <Switch>
        <Route path="/">
          <StartPage />
        </Route>
        <Route path="/graphs/:id">{({ id }) => <GraphPage key={id} id={id} />}</Route>
        <Route path="/data">
          <PlainPage title="Data">
            <DataPage />
          </PlainPage>
        </Route>
        <Route>
          <PlainPage title="Not found">
            <EmptyState
              icon={FileQuestion}
              title="There is no such page"
              actions={<Link href="/">Start page</Link>}
            >
              The address may be mistyped.
            </EmptyState>
          </PlainPage>
        </Route>
      </Switch>
      <CommandPalette open={palette} onOpenChange={showPalette} />
      <ShortcutSheet open={shortcuts} onOpenChange={showShortcuts} />
    </>
  );
}
