"""A mail merge by LibreOffice itself, run by the system's Python, which has LibreOffice's bridge (python3-uno).

usage: libreoffice_merge.py FOLDER TEMPLATE.fodt DATA.csv; prints the seconds that the merge to one PDF took, without
the start of the program. The name of the data is the file's stem, and so is that of the merged file.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

PATIENCE_SECONDS = 60
TABLE = 0
FILE = 2


def told(**values: object) -> tuple[object, ...]:
    """Return named values as LibreOffice wants them."""
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


def connected(pipe: str) -> Any:
    """Return the component context of a program that is starting."""
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    last = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except Exception:
            if time.monotonic() > last:
                raise
            time.sleep(0.2)


def merged(context: Any, folder: Path, template: Path, data: Path) -> float:
    """Merge every line of the data into one PDF; return the seconds."""
    manager = context.ServiceManager
    sources = manager.createInstanceWithContext("com.sun.star.sdb.DatabaseContext", context)
    source = sources.createInstance()
    source.URL = f"sdbc:flat:{data.parent.as_uri()}"
    source.Info = told(Extension="csv", CharSet="utf-8", HeaderLine=True, FieldDelimiter=",", StringDelimiter='"')
    source.DatabaseDocument.storeAsURL((folder / "merge.odb").as_uri(), ())
    sources.registerObject("merge", source)
    job = manager.createInstanceWithContext("com.sun.star.text.MailMerge", context)
    job.DataSourceName, job.CommandType, job.Command = "merge", TABLE, data.stem
    job.DocumentURL, job.OutputURL = template.as_uri(), folder.as_uri()
    job.OutputType, job.FileNamePrefix, job.FileNameFromColumn = FILE, data.stem, False
    job.SaveAsSingleFile, job.SaveFilter = True, "writer_pdf_Export"
    begun = time.perf_counter()
    job.execute(())
    return time.perf_counter() - begun


def main() -> int:
    """Start LibreOffice, merge, stop it."""
    folder, template, data = (Path(name).resolve() for name in sys.argv[1:])
    pipe = f"merge{data.stem}"
    office = subprocess.Popen(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
         f"--accept=pipe,name={pipe};urp"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        context = connected(pipe)
        print(merged(context, folder, template, data))
        context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context).terminate()
        office.wait(PATIENCE_SECONDS)
    finally:
        with contextlib.suppress(ProcessLookupError):  # the program is a child of what was started
            os.killpg(office.pid, signal.SIGKILL)
    return 0


if __name__ == "__main__":
    sys.exit(main())
