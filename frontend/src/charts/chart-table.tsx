import { formatValue } from "../telemetry/format";
import { DataTable } from "../ui/data-table";
import { Dialog } from "../ui/dialog";
import type { ChartSource } from "./curve";
import { tableOf } from "./export";

interface ChartTableProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  source: ChartSource;
  unit: string;
}

const ROWS = 100;

/** A chart's numbers for those who would rather read them: a hundred rows over the whole of it. */
export function ChartTable({ open, onOpenChange, title, source, unit }: ChartTableProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      size="lg"
      description="A selection over the whole run, with the lowest and highest values kept. The CSV has every point."
    >
      {open && <Rows source={source} unit={unit} />}
    </Dialog>
  );
}

function Rows({ source, unit }: { source: ChartSource; unit: string }) {
  const { columns, rows } = tableOf(source, ROWS / 2);
  return (
    <DataTable
      columns={[unit, ...columns]}
      rows={rows.map(([x, ...values]) => [
        x.toLocaleString("en"),
        ...values.map((value) => (value === null ? "" : formatValue(value))),
      ])}
      numeric
    />
  );
}
