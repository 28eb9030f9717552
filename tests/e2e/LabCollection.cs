using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>All tests share the one lab, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<LabFixture>
{
    public const string Name = "lab";
}
