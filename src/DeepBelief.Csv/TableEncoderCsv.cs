namespace DeepBelief.Data;

/// <summary>Encodes tables that were read from CSV files.</summary>
public static class TableEncoderCsv
{
    /// <param name="encoder">The encoder.</param>
    extension(TableEncoder encoder)
    {
        /// <summary>Learns means, deviations and categories from all columns of a table.</summary>
        /// <example><code>
        /// var table = CsvTable.Load("people.csv").Without("name");
        /// var encoder = TableEncoder.Fit(table, new Dictionary&lt;string, ColumnKind&gt; { ["postcode"] = ColumnKind.Category });
        /// using var units = encoder.CreateUnits();
        /// </code></example>
        /// <param name="table">The table; missing values are ignored.</param>
        /// <param name="kinds">The kinds of some columns, by name; those of others are told from their values.</param>
        /// <param name="options">The marks of missing values, the most odd texts and the most categories; null uses the defaults.</param>
        /// <exception cref="ArgumentException">
        /// There is no column of a kind's name, or a column has no values, values of the wrong kind or too many categories; the message
        /// names all columns at fault.
        /// </exception>
        public static TableEncoder Fit(CsvTable table, IReadOnlyDictionary<string, ColumnKind>? kinds = null, TableEncoderOptions? options = null)
        {
            ArgumentNullException.ThrowIfNull(table);
            if (kinds?.Keys.Except(table.Names).FirstOrDefault() is { } other)
                throw new ArgumentException($"Expected kinds of columns ({OddValues.List(table.Names)}), found one of '{other}'.", nameof(kinds));
            return TableEncoder.Fit(table.Names, table.Rows, kinds is null ? null : [.. table.Names.Select(name => kinds.TryGetValue(name, out var kind) ? kind : (ColumnKind?)null)], options);
        }

        /// <summary>Encodes the rows of a table as states of units. Its columns are found by their names; others are left out.</summary>
        /// <param name="table">The table, of at least one row, with all columns of the encoder, in any order.</param>
        /// <returns><c>[rows, <see cref="TableEncoder.Width"/>]</c>, <c>float32</c>, on the CPU; NaN where a value is missing. The caller disposes it.</returns>
        /// <exception cref="ArgumentException">
        /// A column is not there, there are no rows, or a value is unknown; the message names all columns at fault.
        /// </exception>
        public Tensor Encode(CsvTable table)
        {
            ArgumentNullException.ThrowIfNull(encoder);
            ArgumentNullException.ThrowIfNull(table);
            return encoder.Encode(table.Select(encoder.Columns.Select(column => column.Name)).Rows);
        }

        /// <summary>Decodes states or means as a table, to be written to a file.</summary>
        /// <param name="states"><c>[rows, <see cref="TableEncoder.Width"/>]</c>, of any floating-point type and on any device; may have no rows.</param>
        /// <returns>The table; null for values with a NaN unit.</returns>
        /// <exception cref="ArgumentException">The states have another shape.</exception>
        public CsvTable DecodeTable(Tensor states)
        {
            ArgumentNullException.ThrowIfNull(encoder);
            return new([.. encoder.Columns.Select(column => column.Name)], encoder.Decode(states));
        }
    }
}
