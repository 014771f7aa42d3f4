using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepBelief.Files;

namespace DeepBelief.Tensors;

/// <summary>Argument checks of the public API; each message says what was expected and what was found.</summary>
internal static class Guard
{
    /// <summary>Requires a matrix with this many columns, with the type and device of <paramref name="like"/>, a parameter of the model.</summary>
    public static void Matrix(Tensor tensor, long columns, Tensor like, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        Present(tensor, name);
        Alive(like);
        var fault = tensor.dim() != 2 || tensor.shape[1] != columns ? $"Expected a tensor of shape [batch, {columns}], found {Shapes.Text(tensor)}." : null;
        Throw(name, fault, TypeFault(tensor, like), DeviceFault(tensor, like));
    }

    /// <summary>Requires a <see cref="Matrix"/> with at least one row.</summary>
    public static void Rows(Tensor tensor, long columns, Tensor like, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        Matrix(tensor, columns, like, name);
        if (tensor.shape[0] == 0)
            throw new ArgumentException($"Expected at least one row, found {Shapes.Text(tensor)}.", name);
    }

    /// <summary>Requires a tensor that holds all its values: not disposed, not sparse, not on the device meta.</summary>
    public static void Dense(Tensor tensor, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        Present(tensor, name);
        if (tensor.device_type == DeviceType.META)
            throw new ArgumentException($"Expected a dense tensor, found one of shape {Shapes.Text(tensor)} on the device meta, where tensors have no values.", name);
    }

    private static void Present(Tensor tensor, string? name)
    {
        ArgumentNullException.ThrowIfNull(tensor, name);
        if (tensor.IsInvalid)
            throw new ObjectDisposedException(name, "Expected a tensor, found one that is disposed.");
        if (tensor.is_sparse)
            throw new ArgumentException($"Expected a dense tensor, found a sparse one of shape {Shapes.Text(tensor)}; to_dense() converts it.", name);
        if (IsCompressed(tensor))
            throw new ArgumentException($"Expected a dense tensor, found one of a compressed sparse layout such as CSR, of shape {Shapes.Text(tensor)}; to_dense() converts it.", name);
    }

    /// <summary>True if a tensor is of a compressed sparse layout: CSR, CSC or their blocks.</summary>
    // TorchSharp doesn't tell the layout, and is_sparse is true for COO alone; but only a tensor without strides refuses to say them.
    internal static bool IsCompressed(Tensor tensor)
    {
        if (tensor.is_sparse || tensor.dim() == 0)
            return false;
        try
        {
            _ = tensor.stride(0);
            return false;
        }
        catch (ExternalException)
        {
            return true;
        }
    }

    /// <summary>Throws if a parameter, and so its model, is disposed.</summary>
    public static void Alive(Tensor parameter)
    {
        if (parameter.IsInvalid)
            throw Disposed();
    }

    /// <summary>Throws if a generator is disposed: torch would draw from its default one instead.</summary>
    public static void Alive(Generator? generator)
    {
        if (generator is { Handle: 0 })
            throw new ObjectDisposedException(nameof(generator), "Expected a generator, found one that is disposed.");
    }

    /// <summary>What a disposed model throws.</summary>
    public static ObjectDisposedException Disposed() => new("model", "Expected a model, found one that is disposed.");

    /// <summary>Requires a bool mask with one row for each of the rows, or one for all.</summary>
    public static void Mask(Tensor mask, Tensor rows, [CallerArgumentExpression(nameof(mask))] string? name = null)
    {
        Present(mask, name);
        if (mask.dim() != 2 || mask.shape[1] != rows.shape[1])
            throw new ArgumentException($"Expected a mask of shape {Shapes.Text(rows)} or [1, {rows.shape[1]}], found {Shapes.Text(mask)}.", name);
        OneOrAsMany(mask, rows, name);
        if (mask.dtype != ScalarType.Bool)
            throw new ArgumentException($"Expected a mask of type {ScalarType.Bool}, found {mask.dtype}.", name);
        SameDevice(mask, rows, name);
    }

    /// <summary>Requires one row, or as many as <paramref name="rows"/> has.</summary>
    public static void OneOrAsMany(Tensor tensor, Tensor rows, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (tensor.shape[0] != 1 && tensor.shape[0] != rows.shape[0])
            throw new ArgumentException($"Expected 1 or {rows.shape[0]} rows, found {tensor.shape[0]}.", name);
    }

    /// <summary>As <see cref="Rows"/>, for a tensor that may be sparse.</summary>
    public static void AnyRows(Tensor tensor, long columns, Tensor like, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        if (Tensors.SparseRows.Are(tensor))
            SparseRows(tensor, columns, like, name);
        else
            Rows(tensor, columns, like, name);
    }

    /// <summary>As <see cref="Rows"/>, for a sparse tensor; of any number of columns if that is null.</summary>
    public static void SparseRows(Tensor tensor, long? columns, Tensor like, [CallerArgumentExpression(nameof(tensor))] string? name = null)
    {
        Alive(like);
        var fits = tensor.dim() == 2 && tensor.shape[1] == (columns ?? tensor.shape[1]) && tensor.shape[0] > 0;
        var fault = fits ? null : $"Expected a tensor of shape [rows, {columns?.ToString(CultureInfo.InvariantCulture) ?? "inputs"}] with at least one row, found {Shapes.Text(tensor)}.";
        Throw(name, fault, TypeFault(tensor, like), DeviceFault(tensor, like));
        if (!tensor.is_sparse)
            return;
        using var indices = tensor.SparseIndices;
        if (indices.shape[0] != 2)
            throw new ArgumentException("Expected a tensor that is sparse in rows and columns, found one that is sparse in rows alone; to_dense().to_sparse() converts it.", name);
    }

    public static void SameKind(Tensor tensor, Tensor like, string? name)
    {
        Alive(like);
        Throw(name, TypeFault(tensor, like), DeviceFault(tensor, like));
    }

    public static void SameDevice(Tensor tensor, Tensor like, string? name) => Throw(name, DeviceFault(tensor, like));

    private static string? TypeFault(Tensor tensor, Tensor like)
        => tensor.dtype == like.dtype ? null : $"Expected elements of type {like.dtype}, found {tensor.dtype}; to(ScalarType.{like.dtype}) converts them.";

    private static string? DeviceFault(Tensor tensor, Tensor like)
        => tensor.device_type == like.device_type && (tensor.device_type == DeviceType.CPU || tensor.device_index == like.device_index)
            ? null
            : $"Expected a tensor on device {like.device}, found one on {tensor.device}.";

    // All faults in one message, so that a caller mends them in one go.
    private static void Throw(string? name, params ReadOnlySpan<string?> faults)
    {
        string? text = null;
        foreach (var fault in faults)
            text = text is null ? fault : fault is null ? text : $"{text} {fault}";
        if (text is not null)
            throw new ArgumentException(text, name);
    }

    /// <summary>Requires one int64 class label per row, in [0, classes), or from another least label on.</summary>
    public static void Labels(Tensor labels, Tensor inputs, long classes, [CallerArgumentExpression(nameof(labels))] string? name = null, long first = 0)
    {
        LabelKind(labels, inputs, name);
        using var scope = torch.NewDisposeScope();
        var (least, most) = (labels.min().item<long>(), labels.max().item<long>());
        if (least < first || most >= classes)
            throw new ArgumentException(FormattableString.Invariant($"Expected labels in [{first}, {classes - 1}], found labels in [{least}, {most}]."), name);
    }

    /// <summary>Requires one int64 label per row; doesn't check values.</summary>
    public static void LabelKind(Tensor labels, Tensor inputs, [CallerArgumentExpression(nameof(labels))] string? name = null)
    {
        Present(labels, name);
        Throw(
            name,
            labels.dim() != 1 || labels.shape[0] != inputs.shape[0] ? $"Expected one label a row, shape [{inputs.shape[0]}], found {Shapes.Text(labels)}." : null,
            labels.dtype != ScalarType.Int64 ? $"Expected labels of type {ScalarType.Int64}, found {labels.dtype}." : null,
            DeviceFault(labels, inputs));
    }

    /// <summary>Requires so many sizes of layers, each 1 or more.</summary>
    public static void Sizes(IReadOnlyList<long> sizes, int least, [CallerArgumentExpression(nameof(sizes))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(sizes, name);
        if (sizes.Count < least || sizes.Any(size => size < 1))
            throw new ArgumentException(FormattableString.Invariant($"Expected {least} or more sizes, each 1 or more; found [{string.Join(", ", sizes)}]."), name);
    }

    public static void Size(long size, [CallerArgumentExpression(nameof(size))] string? name = null)
    {
        if (size < 1)
            throw new ArgumentOutOfRangeException(name, size, "Expected 1 or more.");
    }

    /// <summary>Throws if an option is out of its range; <paramref name="valid"/> must be false for NaN.</summary>
    public static void Option(bool valid, string option, object? value, string range)
    {
        if (!valid)
            throw new ArgumentOutOfRangeException(option, value, string.Create(CultureInfo.InvariantCulture, $"{option}: expected {range}, found {value}."));
    }
}
