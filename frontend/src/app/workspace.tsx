import { Canvas } from "../editor/canvas";
import { Inspector } from "../inspector/inspector";
import { ConnectDialog } from "../palette/connect-dialog";
import { addSomewhere } from "../palette/kind-commands";
import { Library } from "../palette/library";
import { NodeList } from "../palette/node-list";
import { importFile } from "../workspace/graph-session";
import { showConnect, useLayout } from "../workspace/layout-store";
import styles from "./app.module.css";
import { DataPage, EvaluatePanel, RunDock } from "./deferred-parts";
import { ProblemCount } from "./problem-count";
import { SidePanel } from "./side-panel";
import { TopBar } from "./top-bar";

/** The room: library, canvas, inspector and dock around one graph. The canvas stays as it is between the tabs. */
export function Workspace() {
  const mode = useLayout((layout) => layout.mode);
  const connect = useLayout((layout) => layout.connect);
  return (
    <div className={styles.room}>
      <TopBar />
      <main className={styles.areas}>
        {mode === "data" && (
          <div className={styles.data}>
            <DataPage />
          </div>
        )}
        <div className={styles.work} hidden={mode === "data"}>
          {mode === "build" && (
            <SidePanel name="library" title="Library" side="left">
              <Library onAdd={addSomewhere} />
            </SidePanel>
          )}
          <div className={styles.middle}>
            <div className={styles.canvas}>
              <Canvas onFile={onFile} />
              <NodeList />
            </div>
            <SidePanel name="dock" title="Training" side="bottom" whenClosed={<ProblemCount />}>
              <RunDock />
            </SidePanel>
          </div>
          {mode === "evaluate" ? (
            <SidePanel name="evaluate" title="Evaluate" side="right">
              <EvaluatePanel />
            </SidePanel>
          ) : (
            <SidePanel name="inspector" title="Inspector" side="right">
              <Inspector />
            </SidePanel>
          )}
        </div>
      </main>
      <ConnectDialog open={connect} onOpenChange={showConnect} />
    </div>
  );
}

function onFile(file: File): void {
  void importFile(file);
}
