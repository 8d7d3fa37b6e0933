import { Button } from "../ui/button";
import { Slider } from "../ui/slider";
import { Tooltip } from "../ui/tooltip";
import { chartSettings, useChartSettings } from "./chart-settings";
import styles from "./chart-settings-bar.module.css";

/** How the loss is drawn: on a logarithmic scale or not, smoothed or raw. */
export function ChartSettingsBar() {
  const { logarithmic, smoothing } = useChartSettings();
  return (
    <div className={styles.bar}>
      <Tooltip content="A logarithmic scale shows small losses as clearly as large ones" side="top">
        <Button
          size="sm"
          variant="quiet"
          aria-pressed={logarithmic}
          data-testid="log-scale"
          onClick={() => chartSettings.setState({ logarithmic: !logarithmic })}
        >
          Log scale
        </Button>
      </Tooltip>
      <span className={styles.word} aria-hidden>
        Smooth
      </span>
      <Slider
        label="Smoothing of the loss"
        value={smoothing}
        min={0}
        max={0.98}
        step={0.02}
        text={smoothing === 0 ? "off" : `${Math.round(smoothing * 100)} percent`}
        onValueChange={(next) => chartSettings.setState({ smoothing: next })}
      />
    </div>
  );
}
