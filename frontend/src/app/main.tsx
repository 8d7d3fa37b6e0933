import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadCatalogue } from "../graph/catalogue-store";
import { queryClient } from "../net/query-client";
import { ToastRegion } from "../ui/toast";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "../ui/tokens.css";
import "../ui/base.css";
import { TooltipProvider } from "../ui/tooltip";
import { applyTheme } from "../workspace/theme";
import { App } from "./app";

applyTheme();
void loadCatalogue();

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      {/* The server's content policy allows no inline style elements; our own style sheets say the same. */}
      <CSPProvider disableStyleElements>
        <TooltipProvider>
          <ToastRegion>
            <App />
          </ToastRegion>
        </TooltipProvider>
      </CSPProvider>
    </QueryClientProvider>
  </StrictMode>,
);
