using Xunit;

namespace ApiLb.IntegrationTests.Browser;

/// <summary>One Chromium for all tests that need one: starting it is what takes time.</summary>
[CollectionDefinition(Name)]
public sealed class ChromiumCollection : ICollectionFixture<ChromiumFixture>
{
    public const string Name = "Chromium";
}
