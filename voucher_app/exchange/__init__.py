"""Files in and out: what other offices, spreadsheets and registries hand over."""
