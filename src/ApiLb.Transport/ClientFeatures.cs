using System.Collections;
using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Transport;

/// <summary>
/// The features of one connection. Kestrel sets several, all of them one object of its own: kept as one reference, so that
/// an idle connection stays small. Anything else goes into an ordinary collection.
/// </summary>
internal sealed class ClientFeatures : IFeatureCollection
{
    private object? _kestrel;
    private FeatureCollection? _others;

    public bool IsReadOnly => false;

    public int Revision => _others?.Revision ?? 0;

    public object? this[Type key]
    {
        get => key.IsInstanceOfType(_kestrel) ? _kestrel : _others?[key];
        set => Set(key, value);
    }

    public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

    public void Set<TFeature>(TFeature? instance) => Set(typeof(TFeature), instance);

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() =>
        (_others ?? Enumerable.Empty<KeyValuePair<Type, object>>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Set(Type key, object? value)
    {
        if (_kestrel is null || ReferenceEquals(_kestrel, value))
        {
            _kestrel = value;
        }
        else
        {
            (_others ??= new FeatureCollection())[key] = value;
        }
    }
}
