-- Exports of labels, as they stand.

SELECT views.make_table('export_sheet');
