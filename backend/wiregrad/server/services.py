"""The server's long-lived parts, put together once per process."""

import asyncio
from dataclasses import dataclass

from wiregrad.server.database.database import Database
from wiregrad.server.database.graphs import GraphStore
from wiregrad.server.datasets import Datasets
from wiregrad.server.evaluation import Evaluations
from wiregrad.server.health import HealthReporter
from wiregrad.server.rates import RateSearches
from wiregrad.server.runs.execution import Execution
from wiregrad.server.runs.feed import Feed
from wiregrad.server.runs.log import EventLog
from wiregrad.server.runs.store import RunStore
from wiregrad.server.runs.supervisor import Runs
from wiregrad.server.settings import ServerSettings


@dataclass(frozen=True)
class Services:
    database: Database
    graphs: GraphStore
    datasets: Datasets
    execution: Execution
    runs: Runs
    log: EventLog
    feed: Feed
    evaluations: Evaluations
    rates: RateSearches
    health: HealthReporter

    async def close(self) -> None:
        """Stop the runs, then let go of the database."""
        await self.evaluations.close()
        await self.execution.close()
        self.log.close()
        await asyncio.to_thread(self.database.close)


async def open_services(settings: ServerSettings) -> Services:
    """Open the database, tidy up what a killed server left, and start the runs that wait."""
    database = await asyncio.to_thread(Database, settings.database)
    datasets = Datasets(settings.data_dir)
    await asyncio.to_thread(datasets.tidy)
    log = EventLog(database)
    store = RunStore(database)
    execution = Execution(store, log, datasets.folder, settings)
    await execution.open()
    runs = Runs(store, log, execution, datasets)
    return Services(
        database=database,
        graphs=GraphStore(database),
        datasets=datasets,
        execution=execution,
        runs=runs,
        log=log,
        feed=Feed(execution.live, log),
        evaluations=Evaluations(runs, datasets),
        rates=RateSearches(datasets),
        health=HealthReporter(database, settings.data_dir),
    )
