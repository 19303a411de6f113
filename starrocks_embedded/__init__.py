"""starrocks_embedded"""
