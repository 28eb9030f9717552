using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace ApiLb.Kubernetes;

/// <summary>What was asked for, or why it cannot be had.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct KubernetesAnswer<T>
    where T : class
{
    private readonly T? _value;
    private readonly KubernetesFailure? _failure;

    private KubernetesAnswer(T? value, KubernetesFailure? failure)
    {
        _value = value;
        _failure = failure;
    }

    public static implicit operator KubernetesAnswer<T>(T value) => new(value, null);

    public static implicit operator KubernetesAnswer<T>(KubernetesFailure failure) => new(null, failure);

    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out KubernetesFailure? failure)
    {
        value = _value;
        failure = _failure;
        return failure is null;
    }
}
