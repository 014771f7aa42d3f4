namespace DeepBelief.Onnx;

/// <summary>A graph that a model can be written as.</summary>
/// <param name="Output">What it computes.</param>
/// <param name="Meaning">The same, in words.</param>
/// <param name="Columns">The output's columns; null if it is one number a row.</param>
/// <param name="Input">What it takes.</param>
/// <param name="Build">Builds the graph from its input to its output.</param>
internal sealed record Export(OnnxOutput Output, string Meaning, long? Columns, ExportInput Input, Func<Value, Value> Build);

/// <summary>The input of a graph.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Meaning">What they are, in words.</param>
internal sealed record ExportInput(string Name, long Columns, string Meaning);

/// <summary>What a model can be written as, the output of its <c>forward</c> first, and what the files say of the model.</summary>
internal sealed record ModelExports(IReadOnlyList<Export> Exports, params IReadOnlyList<(string Key, string Value)> Facts);
